import Foundation
import Testing
import WherryCore
import WherryEngine

@testable import WherryCLI

@Suite struct ConfigPrinterTests {
    private let text = """
        sources:
          - name: prod
            plugin: crs
            options: { region: "no", secret_id: env:ID, secret_key: file:key, url_life: 90m }
        sinks:
          - { name: disk, plugin: local-disk, options: { root: "back ups: 1 # x" } }
          - { name: away, plugin: "null" }
        jobs:
          - { name: nightly, source: prod, sinks: [disk], instances: ["*", 'a"b\\c'], backups: { since: 2w } }
        serve:
          access_log: log/access
          keys: [{ secret_id: env:ID, secret_key: credential:api }]
        """

    @Test func printsWhatIsInForce() throws {
        let config = try ConfigWorld().read(text)
        #expect(
            ConfigPrinter.yaml(config) == """
                catalog: /etc/wherry/catalog.db
                sources:
                  - name: prod
                    plugin: crs
                    network: extranet
                    fallback: never
                    requests_per_second: 10
                    options:
                      endpoint: https://redis.api.qcloud.com
                      region: "no"
                      secret_id: env:ID
                      secret_key: file:/etc/wherry/key
                      url_life: "90m"
                      time_zone: "+08:00"
                      signature: HmacSHA256
                      method: POST
                      page_size: 100
                      compress: false
                sinks:
                  - name: disk
                    plugin: local-disk
                    options:
                      root: "/etc/wherry/back ups: 1 # x"
                      path: "{instance}/{backup}-{shard}.rdb"
                  - name: away
                    plugin: "null"
                    options: {}
                jobs:
                  - name: nightly
                    source: prod
                    instances: ["*", "a\\"b\\\\c"]
                    backups:
                      since: "14d"
                    sinks: [disk]
                    concurrency: 4
                serve:
                  listen: "127.0.0.1:8378"
                  source: prod
                  allow_plain_http: true
                  connections_per_client: 256
                  access_log: /etc/wherry/log/access
                  keys:
                    - secret_id: env:ID
                      secret_key: credential:api
                      actions: ["*"]
                      instances: ["*"]
                      networks: [intranet, extranet]

                """
        )
    }

    @Test func readsBackTheSame() throws {
        let config = try ConfigWorld().read(text)
        let yaml = ConfigPrinter.yaml(config)
        #expect(ConfigPrinter.yaml(try ConfigWorld().read(yaml)) == yaml)
        let json = ConfigPrinter.json(config)
        #expect(ConfigPrinter.json(try ConfigWorld().read(json)) == json)
        #expect(try ConfigWorld().read(yaml).jobs == config.jobs)
    }

    @Test func printsJSON() throws {
        let json = ConfigPrinter.json(try ConfigWorld().read(text))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let serve = try #require(object["serve"] as? [String: Any])
        #expect(serve["allow_plain_http"] as? Bool == true)
        #expect(!json.contains("key-value"))
        #expect(!json.contains("file-key"))
        #expect(!json.contains("id-value"))
    }

    @Test func printsWithoutSecretsLookedUp() throws {
        var world = ConfigWorld()
        let whole = ConfigPrinter.yaml(try world.read(text))
        world.environment = [:]
        world.files = [:]
        #expect(ConfigPrinter.yaml(try world.read(text, resolvingSecrets: false)) == whole)
    }
}
