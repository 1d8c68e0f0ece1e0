import Testing
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryTransfer

@testable import WherryCLI

@Suite struct ConfigReadingTests {
    private let whole = """
        catalog: db/catalog.db
        bandwidth: 08:00-18:00=10M, otherwise=off
        sources:
          - name: prod
            plugin: crs
            network: intranet
            fallback: when-unreachable
            requests_per_second: 2.5
            bandwidth: 2.5MiB
            options: { endpoint: "https://api.example:8443/", region: ap-guangzhou, secret_id: env:ID, secret_key: file:key, url_life: 1h30m, page_size: 20, compress: true }
          - name: depot
            plugin: depot
            options:
              folder: ./depot
        sinks:
          - name: disk
            plugin: local-disk
            bandwidth: off
            keep: { newest: 3, within: 2d, daily: 14, yearly: 5 }
            options: { root: /srv/backups }
          - name: script
            plugin: script
            options: { folder: scripts }
        jobs:
          - name: nightly
            source: prod
            instances: ["crs-*", "redis-?"]
            backups: { newest: 3, since: 7d, kinds: [manual, automatic] }
            sinks: [disk, script]
            concurrency: 8
            connections: 4
            overdue_after: 26h
            schedule: "*/30  8-18 * * mon-fri"
            splay: 10m
            catch_up: false
            retries: 5
          - name: rest
            source: depot
            sinks: [disk]
            schedule: every 6h
          - name: by-hand
            source: depot
            sinks: [disk]
        daemon:
          time_zone: Europe/Berlin
          prove: "0 6 * * sun"
          metrics_file: metrics/wherry.prom
        serve:
          listen: "[::1]:9000"
          source: depot
          keys:
            - secret_id: env:ID
              secret_key: credential:api
        """

    @Test func readsEverything() throws {
        let config = try ConfigWorld().read(whole)
        #expect(config.catalog == "/etc/wherry/db/catalog.db")
        #expect(config.warnings.isEmpty)

        let source = try #require(config.sources.first)
        #expect(config.sources.map(\.name) == ["prod", "depot"])
        #expect(source.plugin == "crs")
        #expect(source.network == .intranet)
        #expect(source.fallback == .whenUnreachable)
        #expect(source.requestsPerSecond == 2.5)
        #expect(try config.bandwidth == BandwidthSchedule("08:00-18:00=10M"))
        #expect(source.bandwidth?.description == "2560KiB")
        #expect(config.sinks.map(\.bandwidth) == [.unlimited, nil])
        #expect(source.options.text("endpoint") == "https://api.example:8443")
        #expect(source.options.secret("secret_id")?.reveal == "id-value")
        #expect(source.options.secret("secret_key")?.reveal == "file-key")
        #expect(source.options.duration("url_life") == .seconds(5_400))
        #expect(source.options.integer("page_size") == 20)
        #expect(source.options.boolean("compress") == true)

        #expect(config.sinks.map(\.name) == ["disk", "script"])
        let policy = KeepPolicy(newest: 3, within: .seconds(2 * 86_400), periods: [.daily: 14, .yearly: 5])
        #expect(config.sinks.map(\.keep) == [policy, nil])
        #expect(config.sinks.last?.options.text("folder") == "/etc/wherry/scripts")

        #expect(
            config.jobs.first
                == Job(
                    name: "nightly",
                    source: "prod",
                    instances: [Glob("crs-*"), Glob("redis-?")],
                    selection: .init(newest: 3, since: .seconds(7 * 86_400), kinds: [.manual, .automatic]),
                    sinks: ["disk", "script"],
                    concurrency: 8,
                    connections: 4,
                    overdueAfter: .seconds(26 * 3_600)
                )
        )
        #expect(config.jobs.last == Job(name: "by-hand", source: "depot", sinks: ["disk"]))
        #expect(
            try config.schedule == [
                ScheduledJob(
                    name: "nightly",
                    schedule: JobSchedule("*/30 8-18 * * mon-fri"),
                    splay: .seconds(600),
                    catchesUp: false,
                    retries: 5
                ),
                ScheduledJob(name: "rest", schedule: JobSchedule("every 6h")),
            ]
        )
        #expect(config.daemon.timeZone == "Europe/Berlin")
        #expect(try config.daemon.prove == JobSchedule("0 6 * * sun"))
        #expect(config.daemon.metricsFile == "/etc/wherry/metrics/wherry.prom")

        let serve = try #require(config.serve)
        #expect(serve.host == "::1")
        #expect(serve.port == 9_000)
        #expect(serve.source == "depot")
        #expect(serve.allowsPlainHTTP)
        #expect(serve.accessLog == nil)
        #expect(serve.keys.map(\.secretID.reveal) == ["id-value"])
        #expect(serve.keys.map(\.secretKey.reveal) == ["from-systemd"])
    }

    @Test func fillsInDefaults() throws {
        let config = try ConfigWorld().read(ConfigWorld.minimal)
        #expect(config.catalog == "/etc/wherry/catalog.db")
        #expect(config.sinks.isEmpty)
        #expect(config.jobs.isEmpty)
        #expect(config.serve == nil)
        let source = try #require(config.sources.first)
        #expect(source.network == .extranet)
        #expect(source.fallback == .never)
        #expect(source.requestsPerSecond == 10)
        #expect(source.options.text("endpoint") == "https://redis.api.qcloud.com")
        #expect(source.options.text("time_zone") == "+08:00")
        #expect(source.options.text("signature") == "HmacSHA256")
        #expect(source.options.duration("url_life") == .seconds(12 * 3_600))
        #expect(source.options.integer("page_size") == 100)
        #expect(source.options.boolean("compress") == false)
    }

    @Test func readsMappingsOfAPluginsOptions() throws {
        let text = """
            sources:
              - name: depot
                plugin: depot
                options:
                  folder: d
                  servers:
                    - { instance: orders, password: file:key, ca: tls/ca.pem }
                    - { instance: sessions, stall_timeout: 2m }
            """
        let config = try ConfigWorld().read(text)
        let servers = try #require(config.sources.first?.options.records("servers"))
        #expect(servers.map { $0.text("instance") } == ["orders", "sessions"])
        #expect(servers.map { $0.secret("password")?.reveal } == ["file-key", nil])
        #expect(servers.map { $0.text("ca") } == ["/etc/wherry/tls/ca.pem", nil])
        #expect(servers.map { $0.duration("stall_timeout") } == [.seconds(60), .seconds(120)])
        #expect(ConfigPrinter.yaml(config).contains("password: file:/etc/wherry/key"))
        #expect(
            try ConfigWorld().problems(text.replacing("instance: s", with: "instanc: s")) == [
                "8:13: unknown key \"instanc\"; did you mean \"instance\"?"
            ]
        )
    }

    @Test func looksNoSecretUpUnlessAsked() throws {
        var world = ConfigWorld()
        world.environment = [:]
        world.files = [:]
        let config = try world.read(whole, resolvingSecrets: false)
        #expect(config.sources.first?.options.secret("secret_id") == nil)
        #expect(config.sources.first?.options.text("region") == "ap-guangzhou")
        #expect(config.serve?.keys.isEmpty == true)
    }

    @Test func servesTheOnlySourceWhenNoneIsNamed() throws {
        let text =
            ConfigWorld.minimal
            + "serve: { listen: \"0.0.0.0:80\", keys: [{ secret_id: env:ID, secret_key: env:KEY }] }\n"
        let serve = try #require(try ConfigWorld().read(text).serve)
        #expect(serve.source == "prod")
        #expect(!serve.allowsPlainHTTP)
    }

    @Test(arguments: [
        ("-", "-"), ("./-", "/etc/wherry/-"), ("log/access.log", "/etc/wherry/log/access.log"), ("/var/a", "/var/a"),
    ])
    func writesTheAccessLogWhereItSays(written: String, path: String) throws {
        let text =
            ConfigWorld.minimal
            + "serve: { access_log: \"\(written)\", keys: [{ secret_id: env:ID, secret_key: env:KEY }] }\n"
        #expect(try ConfigWorld().read(text).serve?.accessLog == path)
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("127.8.0.1", true), ("::1", true), ("0.0.0.0", false), ("::", false),
        ("127.example.com", false), ("127.0.0.1.example", false), ("10.0.0.1", false), ("127.0.0.256", false),
    ])
    func knowsLoopback(host: String, isLoopback: Bool) {
        #expect(ConfigCheck.isLoopback(host) == isLoopback)
    }

    @Test func takesAnchorsAndMerges() throws {
        let config = try ConfigWorld().read(
            """
            sources:
              - name: one
                plugin: crs
                options: &account { region: ap-guangzhou, secret_id: env:ID, secret_key: env:KEY }
              - name: two
                plugin: crs
                options: *account
              - name: three
                plugin: crs
                options:
                  <<: *account
                  region: ap-beijing
            """
        )
        #expect(config.sources.map { $0.options.text("region") } == ["ap-guangzhou", "ap-guangzhou", "ap-beijing"])
        #expect(config.sources.last?.options.secret("secret_id")?.reveal == "id-value")
    }

    @Test func takesKeysWithNothingBehindThem() throws {
        let config = try ConfigWorld().read(ConfigWorld.minimal + "sinks:\njobs:\n  # none yet\nserve:\n")
        #expect(config.sinks.isEmpty)
        #expect(config.jobs.isEmpty)
        #expect(config.serve == nil)
    }

    @Test func takesAByteOrderMarkAndCarriageReturns() throws {
        let text = "\u{FEFF}" + ConfigWorld.minimal.replacing("\n", with: "\r\n")
        #expect(try ConfigWorld().read(text).sources.count == 1)
        #expect(
            try ConfigWorld().problems(text + "job: []\r\n") == ["5:1: unknown key \"job\"; did you mean \"jobs\"?"]
        )
    }

    @Test func takesAPluginWithoutOptions() throws {
        let config = try ConfigWorld().read(ConfigWorld.minimal + "sinks: [{ name: away, plugin: \"null\" }]\n")
        #expect(config.sinks.first?.plugin == "null")
    }
}
