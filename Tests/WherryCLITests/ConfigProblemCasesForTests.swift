import Testing

@testable import WherryCLI

extension ConfigProblemTests {
    /// A text below ``ConfigWorld/minimal`` or on its own, and what is wrong with it.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var problems: [String]

        init(_ name: String, below text: String, _ problems: String...) {
            self.name = name
            self.text = ConfigWorld.minimal + text + "\n"
            self.problems = problems
        }

        init(_ name: String, only text: String, _ problems: String...) {
            self.name = name
            self.text = text
            self.problems = problems
        }

        init(_ name: String, option: String, _ problems: String...) {
            self.name = name
            text = Self.source + "      " + option + "\n"
            self.problems = problems
        }

        init(_ name: String, source key: String, _ problems: String...) {
            self.name = name
            text = Self.source + "    " + key + "\n"
            self.problems = problems
        }

        var testDescription: String { name }

        private static let source = """
            sources:
              - name: a
                plugin: crs
                options:
                  region: x
                  secret_id: env:ID
                  secret_key: env:KEY

            """
    }
}

extension ConfigProblemTests.Case {
    static let keys: [Self] = [
        Self("unknown key, near", below: "job: []", "5:1: unknown key \"job\"; did you mean \"jobs\"?"),
        Self(
            "unknown key, far",
            below: "colour: red",
            "5:1: unknown key \"colour\" in the configuration, expected catalog, bandwidth, sources, sinks, jobs, daemon, serve"
        ),
        Self(
            "a value that lacks its colon",
            only: "sources: [{ name: a, secret_key=abcdef }]",
            "1:11: missing key \"plugin\" in a source, expected one of crs, depot, tencentcloud",
            "1:22: unknown key \"secret_key…\" in a source, expected name, plugin, network, fallback, requests_per_second, bandwidth, options"
        ),
        Self(
            "duplicate key",
            below: "catalog: a\njobs: []\ncatalog: b",
            "7:1: duplicate key \"catalog\", first on line 5"
        ),
        Self(
            "duplicate keys, quoted, thrice, with other problems",
            below: "\"jobs\": []\njobs: []\nsink: []\njobs: []\n'sink': []",
            "6:1: duplicate key \"jobs\", first on line 5",
            "7:1: unknown key \"sink\"; did you mean \"sinks\"?",
            "8:1: duplicate key \"jobs\", first on line 5",
            "9:1: duplicate key \"sink\", first on line 7"
        ),
    ]

    static let shapes: [Self] = [
        Self(
            "nothing at all",
            only: "# only a comment\n",
            "1:1: missing key \"sources\" in the configuration, expected a list"
        ),
        Self(
            "a text",
            only: "hello",
            "1:1: the configuration is \"hello\", expected a mapping with catalog, bandwidth, sources, sinks, jobs, daemon, serve"
        ),
        Self(
            "a list",
            only: "[1]",
            "1:1: the configuration is a list, expected a mapping with catalog, bandwidth, sources, sinks, jobs, daemon, serve"
        ),
        Self("no sources", only: "sources: []", "1:10: sources is an empty list, expected one entry or more"),
        Self(
            "nothing behind sources",
            only: "sources:\n",
            "1:1: missing key \"sources\" in the configuration, expected a list"
        ),
        Self("a list that is none", below: "sinks: disk", "5:8: sinks is \"disk\", expected a list"),
        Self(
            "a mapping that is none",
            below: "sinks: [disk]",
            "5:9: a sink is \"disk\", expected a mapping with name, plugin, bandwidth, pipeline, zstd, age, keep, options"
        ),
        Self(
            "missing option, at its mapping",
            below: "sinks:\n  - name: disk\n    plugin: local-disk\n    options:\n      path: x",
            "9:7: missing key \"root\" in the options of local-disk, expected a path"
        ),
        Self(
            "missing options, at the sink",
            below: "sinks:\n  - name: disk\n    plugin: local-disk",
            "6:5: missing key \"root\" in the options of local-disk, expected a path"
        ),
        Self(
            "a misspelled required key is not missed as well",
            below: "sinks: [{ name: disk, plugin: local-disk, options: { rot: /srv } }]",
            "5:54: unknown key \"rot\"; did you mean \"root\"?"
        ),
        Self(
            "unknown plugin",
            below: "sinks: [{ name: disk, plugin: local-disc, options: { any: thing } }]",
            "5:31: plugin is \"local-disc\", expected one of local-disk, null, script"
        ),
    ]

    static let values: [Self] = [
        Self("bad choice", option: "method: get", "8:15: method is \"get\", expected one of GET, POST"),
        Self(
            "bad name",
            below: "sinks: [{ name: Disk, plugin: script, options: { folder: x } }]",
            "5:17: name is \"Disk\", expected a name of up to 63 small letters, digits and hyphens, no hyphen first"
        ),
        Self(
            "a number as a name",
            below: "sinks: [{ name: 7, plugin: script, options: { folder: x } }]",
            "5:17: name is 7, expected a name of up to 63 small letters, digits and hyphens, no hyphen first"
        ),
        Self(
            "integer out of range",
            option: "page_size: 101",
            "8:18: page_size is 101, expected a whole number from 1 to 100"
        ),
        Self(
            "integer beyond the machine",
            option: "page_size: 99999999999999999999",
            "8:18: page_size is 99999999999999999999, expected a whole number from 1 to 100"
        ),
        Self(
            "a fraction as integer",
            option: "page_size: 1.5",
            "8:18: page_size is 1.5, expected a whole number from 1 to 100"
        ),
        Self(
            "integer in quotes",
            option: "page_size: '5'",
            "8:18: page_size is \"5\", expected a whole number from 1 to 100"
        ),
        Self(
            "yes as boolean",
            option: "compress: yes",
            "8:17: compress is \"yes\", expected true or false"
        ),
        Self("empty value", option: "method:", "8:14: method is empty, expected one of GET, POST"),
        Self("a list as text", option: "time_zone: []", "8:18: time_zone is a list, expected text"),
        Self("a number as text", option: "time_zone: 8", "8:18: time_zone is 8, expected text"),
        Self(
            "bad duration",
            option: "url_life: 12x",
            "8:17: url_life is \"12x\", expected a duration above 0 such as 90s, 15m, 12h, 7d or 1h30m"
        ),
        Self(
            "duration without unit",
            option: "url_life: 12",
            "8:17: url_life is 12, expected a duration above 0 such as 90s, 15m, 12h, 7d or 1h30m"
        ),
        Self(
            "bad endpoint",
            option: "endpoint: 'https://h/v2'",
            "8:17: endpoint is \"https://h/v2\", expected a URL such as https://host.example, with nothing behind the host and port"
        ),
        Self(
            "endpoint with a password",
            option: "endpoint: 'https://u:pass@h'",
            "8:17: endpoint is a value, expected a URL such as https://host.example, with nothing behind the host and port"
        ),
        Self(
            "no rate",
            source: "requests_per_second: 0",
            "8:26: requests_per_second is 0, expected a number above 0, at most 1000"
        ),
        Self(
            "too high a rate",
            source: "requests_per_second: 1000.5",
            "8:26: requests_per_second is 1000.5, expected a number above 0, at most 1000"
        ),
        Self(
            "not a number",
            source: "requests_per_second: .nan",
            "8:26: requests_per_second is .nan, expected a number above 0, at most 1000"
        ),
        Self("home folder", below: "catalog: ~/catalog.db", "5:10: catalog begins with ~, which is not expanded"),
    ]

    static let entries: [Self] = [
        Self(
            "a name that is taken",
            source: "\n  - { name: a, plugin: depot, options: { folder: x } }",
            "9:13: the name \"a\" is taken, on line 2"
        ),
        Self(
            "references to nothing",
            below: "jobs: [{ name: j, source: prid, sinks: [disk] }]",
            "5:27: there is no source \"prid\"; did you mean \"prod\"?",
            "5:41: there is no sink \"disk\"; there are none"
        ),
        Self(
            "a sink twice",
            below:
                "sinks: [{ name: disk, plugin: script, options: { folder: x } }]\njobs: [{ name: j, source: prod, sinks: [disk, disk] }]",
            "6:47: the sink \"disk\" is listed twice"
        ),
        Self(
            "no sinks for a job",
            below: "jobs: [{ name: j, source: prod, sinks: [] }]",
            "5:40: sinks is an empty list, expected one entry or more"
        ),
        Self(
            "too many at once",
            below:
                "sinks: [{ name: s, plugin: \"null\" }]\njobs: [{ name: j, source: prod, sinks: [s], concurrency: 65 }]",
            "6:58: concurrency is 65, expected a whole number from 1 to 64"
        ),
        Self(
            "a limit without a unit",
            below: "bandwidth: 10",
            "5:12: bandwidth is 10, expected a limit such as 10M, 20MiB or off, or a timetable such as 08:00-18:00=10M, otherwise=off"
        ),
        Self(
            "a timetable that is none",
            below: "bandwidth: 08:00-25:00=10M",
            "5:12: bandwidth is \"08:00-25:00=10M\", expected a limit such as 10M, 20MiB or off, or a timetable such as 08:00-18:00=10M, otherwise=off"
        ),
        Self(
            "bad kind",
            below:
                "sinks: [{ name: s, plugin: \"null\" }]\njobs: [{ name: j, source: prod, sinks: [s], backups: { kinds: [auto] } }]",
            "6:64: an entry of kinds is \"auto\", expected one of manual, automatic, other"
        ),
        Self(
            "served source not named",
            source: "\n  - { name: b, plugin: depot, options: { folder: x } }\n"
                + "serve:\n  keys: [{ secret_id: env:ID, secret_key: env:KEY }]",
            "11:3: missing key \"source\" in the section serve, expected one of a, b, as there are several"
        ),
        Self(
            "bad listen",
            below: "serve: { listen: \":80\", keys: [{ secret_id: env:ID, secret_key: env:KEY }] }",
            "5:18: listen is \":80\", expected an address and a port such as 127.0.0.1:8378"
        ),
        Self(
            "bad access log",
            below: "serve: { access_log: ~/a, keys: [{ secret_id: env:ID, secret_key: env:KEY }] }",
            "5:22: access_log begins with ~, which is not expanded"
        ),
        Self("no keys", below: "serve: {}", "5:8: missing key \"keys\" in the section serve, expected a list"),
        Self(
            "the same key twice",
            below:
                "serve: { keys: [{ secret_id: env:ID, secret_key: env:KEY }, { secret_id: env:ID, secret_key: env:KEY }] }",
            "5:74: two keys have the same secret_id"
        ),
        Self(
            "control characters in a key",
            below: "\"a\\e[31mb\": 1",
            "5:1: unknown key \"a…\" in the configuration, expected catalog, bandwidth, sources, sinks, jobs, daemon, serve"
        ),
        Self(
            "control characters in a value",
            option: "method: \"\\e[31m\"",
            "8:15: method is \"\u{FFFD}[31m\", expected one of GET, POST"
        ),
    ]
}
