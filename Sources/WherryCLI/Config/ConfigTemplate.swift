/// What `wherry init` writes.
enum ConfigTemplate {
    /// A commented configuration that works with the depot and the keys `secrets/api-key.id` and `secrets/api-key.secret`.
    static func text() -> String {
        """
        # The configuration of wherry.
        #
        # Relative paths start at the folder of this file. Secrets are never written here, only where they are:
        #   env:NAME, file:PATH or credential:NAME (systemd's LoadCredential=)
        #
        #   wherry check            is all of this right, and can everything be reached?
        #   wherry config show      what is in force, with all defaults
        #   wherry plugins list     what can stand behind plugin:
        #   wherry config schema    a JSON Schema, for editors

        # Every instance, backup, issued URL and delivery is a row in this SQLite database.
        catalog: catalog.db

        # The most that a run fetches in all; sources and sinks may have a limit of their own.
        # bandwidth: mon-fri 08:00-18:00=10M, otherwise=off

        # Where backups come from.
        sources:
          # Snapshots of Redis servers that you run yourself: wherry depot add INSTANCE dump.rdb
          - name: depot
            plugin: depot
            options:
              folder: depot
              url_life: 12h
              # Where clients reach wherry serve; the URLs that it issues begin so.
              extranet_url: http://127.0.0.1:8378
              # intranet_url: http://10.0.0.5:8378
              # Live servers, of which snapshots are taken when a caller of wherry serve or a schedule asks for one.
              # servers:
              #   - instance: orders
              #     address: redis://saver@10.0.0.7:6379
              #     password: file:secrets/saver.pw

          # Redis in an account of Tencent Cloud.
          # - name: prod
          #   plugin: tencentcloud
          #   network: intranet              # preferred URL: intranet or extranet
          #   fallback: when-unreachable     # may the other one be used? never or when-unreachable
          #   requests_per_second: 20
          #   options:
          #     region: ap-guangzhou
          #     secret_id: env:TENCENTCLOUD_SECRET_ID
          #     secret_key: file:secrets/cloud.key

        # Where backups go.
        sinks:
          # Verified copies on this machine.
          - name: disk
            plugin: local-disk
            # keep:                          # which copies of an instance stay; all when left out
            #   newest: 3
            #   daily: 14
            #   monthly: 12
            options:
              root: backups

          # One shell script a run: it fetches the same files with wget, on another machine.
          - name: script
            plugin: script
            options:
              folder: scripts

        # Which backups go where: wherry run
        jobs:
          - name: nightly
            source: depot
            instances: ["*"]                 # patterns; keep the quotes
            backups:
              newest: 3
              # since: 7d
              # kinds: [manual, automatic]
            sinks: [disk, script]
            concurrency: 4
            overdue_after: 26h               # an instance without a copy this young counts as overdue
            # schedule: 30 2 * * *           # for wherry daemon: cron's five fields, daily or every 6h
            # splay: 10m                     # it starts so much later at most

        # Keeps the schedules of jobs: wherry daemon
        # daemon:
        #   time_zone: Europe/Berlin         # whose clock they follow; the machine's when left out
        #   prove: weekly                    # loads the newest copies in a private redis-server
        #   metrics_file: wherry.prom        # for Prometheus' node_exporter

        # An API like the cloud provider's, in front of a source: wherry serve
        serve:
          listen: 127.0.0.1:8378
          source: depot
          # allow_plain_http: true           # without TLS; when left out, only on a loopback address
          # access_log: access.log           # a line of JSON for each request; - for standard error
          keys:
            - secret_id: file:secrets/api-key.id
              secret_key: file:secrets/api-key.secret

        """
    }
}
