// swift-tools-version:6.2
import Foundation
import PackageDescription

/// What every target of ours is built with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// The catalog's schema, oldest first; embedded in the program.
let migrationFiles = [
    "0001_tables.sql", "0002_views.sql", "0003_key_counts.sql", "0004_service.sql", "0005_sinks.sql",
    "0006_schedules.sql", "0007_copies.sql",
]

/// The demo's built-in snapshots, made by scripts/make-fixtures; embedded in the program.
let demoSnapshots =
    (1...3).map { "orders-\($0).rdb" } + (0...2).map { "sessions-shard-\($0).rdb" }

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library target of ours below Sources.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(name)", swiftSettings: settings)
}

/// A plugin of ours below Plugins: an ordinary target, see Plugins/README.md.
func plugin(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: ["WherryCore", "WherryPluginKit", logging, systemPackage] + dependencies,
        path: "Plugins/\(name)",
        swiftSettings: settings
    )
}

/// The tests of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies + ["TestProcesses"],
        path: "Tests/\(name)Tests",
        swiftSettings: settings
    )
}

let package = Package(
    name: "wherry",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "wherry", targets: ["wherry"]),
        .library(name: "WherryPluginKit", targets: ["WherryCore", "WherryPluginKit", "WherryPluginMain"]),
        .library(name: "WherryPluginTesting", targets: ["WherryPluginTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // Domain values, failure classes, redaction. No I/O.
        room("WherryCore"),
        // What a plugin implements.
        room("WherryPluginKit", ["WherryCore", logging, systemPackage]),
        // The messages of plugins that are programs of their own. No I/O.
        room("WherryPluginWire", ["WherryCore", "WherryPluginKit"]),
        // The plugin's side of them: serves a plugin written in Swift as a program.
        room(
            "WherryPluginMain",
            ["WherryCore", "WherryPluginKit", "WherryPluginWire", crypto, logging, systemPackage]
        ),
        // The provider's wire formats and signatures, both directions.
        room("QCloudAPI", [crypto]),
        // A 64-bit CRC by the processor's carry-less multiplication: the one target in C, for its intrinsics.
        .target(
            name: "CarrylessCRC",
            path: "Sources/CarrylessCRC",
            cSettings: [.treatAllWarnings(as: .error)]
        ),
        // Redis and Valkey dump files, checked as their bytes pass.
        room("RDBFormat", ["CarrylessCRC"]),
        // The catalog's schema as plain SQL.
        .target(
            name: "Migrations",
            path: "migrations",
            exclude: ["SHIPPED"],
            resources: migrationFiles.map { .embedInCode($0) },
            swiftSettings: settings
        ),
        // SQLite: open, migrate, record, query.
        room("WherryCatalog", ["WherryCore", "Migrations", crypto, grdb, sqlite]),
        // Moving bytes.
        room(
            "WherryTransfer",
            [
                "WherryCore", "WherryPluginKit", "WherryPrograms", "RDBFormat", asyncHTTPClient, crypto, logging,
                nioCore,
                nioHTTP1,
                nioPosix,
                nioSSL,
                systemPackage,
            ]
        ),
        // Running programs of somebody else's: their streams, their time, their end.
        room("WherryPrograms", ["WherryCore", "WherryPluginKit", subprocess, systemPackage]),
        // Reading copies back, and proving that they restore.
        room(
            "WherryRestore",
            [
                "RDBFormat", "WherryCatalog", "WherryCore", "WherryPluginKit", "WherryPrograms", "WherryTransfer",
                crypto, systemPackage,
            ]
        ),
        // Planning, resolving, leases, retry, recovery.
        room("WherryEngine", ["WherryCore", "WherryPluginKit", "WherryCatalog", "WherryTransfer", logging]),
        // The plugins that come with wherry; Builtins is the list of them.
        plugin("CRSSource", ["QCloudAPI"]),
        plugin("TencentCloudSource", ["QCloudAPI"]),
        plugin("DepotSource", ["RDBFormat", crypto, subprocess]),
        plugin("LocalDiskSink"),
        plugin("S3Sink", [crypto]),
        plugin("ScriptSink"),
        plugin("ExternalPlugin", ["WherryPluginWire", "WherryPrograms", crypto]),
        plugin("CommandSink", ["WherryPrograms"]),
        plugin("RcloneSink", ["WherryPrograms"]),
        plugin("ResticSink", ["WherryPrograms"]),
        plugin(
            "Builtins",
            [
                "CRSSource", "TencentCloudSource", "DepotSource", "ExternalPlugin", "LocalDiskSink", "S3Sink",
                "ScriptSink", "CommandSink",
                "RcloneSink", "ResticSink",
            ]
        ),
        // Checks programs against wherry-plugin/1.
        room(
            "WherryPluginTesting",
            [
                "ExternalPlugin", "WherryCore", "WherryPluginKit", "WherryPluginMain", "WherryPluginWire",
                "WherryPrograms", crypto, logging, systemPackage,
            ]
        ),
        // The examples in other languages, embedded in the program.
        .target(
            name: "PluginExamples",
            path: "Examples/Plugins",
            exclude: ["wherry-sink-sums"],
            resources: [.embedInCode("wherry-sink-folder.sh"), .embedInCode("wherry-source-shelf.py")],
            swiftSettings: settings
        ),
        // An example of a plugin in Swift that is a program of its own.
        .executableTarget(
            name: "wherry-sink-sums",
            dependencies: ["WherryCore", "WherryPluginKit", "WherryPluginMain", systemPackage],
            path: "Examples/Plugins/wherry-sink-sums",
            swiftSettings: settings
        ),
        // HTTP: the API, hosted downloads, health.
        room(
            "WherryServer",
            [
                "WherryCore", "WherryPluginKit", "WherryCatalog", "WherryEngine", "QCloudAPI", httpTypes, hummingbird,
                hummingbirdCore, logging, nioCore, nioHTTP1, nioHTTPTypes, nioHTTPTypesHTTP1, nioPosix, nioSSL,
                serviceLifecycle,
            ]
        ),
        // The commands, and the one place that wires concrete parts.
        .target(
            name: "WherryCLI",
            dependencies: [
                "WherryCore", "WherryPluginKit", "WherryCatalog", "WherryTransfer", "WherryEngine", "WherryServer",
                "WherryRestore", "Builtins", "DepotSource", "PluginExamples", "WherryPluginTesting", argumentParser,
                crypto, logging,
                serviceLifecycle, subprocess,
                systemPackage, unixSignals, yams,
            ],
            path: "Sources/WherryCLI",
            resources: demoSnapshots.map { .embedInCode("Demo/Snapshots/\($0)") },
            swiftSettings: settings
        ),
        // The program: @main only.
        .executableTarget(
            name: "wherry",
            dependencies: ["WherryCLI"],
            path: "Sources/wherry",
            swiftSettings: settings
        ),
        // For our tests only: scratch folders, a clock, the embedded provider, an operator's half.
        room(
            "WherryTestSupport",
            [
                "WherryCore", "WherryPluginKit", "WherryCatalog", "WherryTransfer", "WherryEngine", "WherryServer",
                "CRSSource", "DepotSource", "LocalDiskSink", "ScriptSink", "TestProcesses", crypto, logging,
            ]
        ),
        // For our tests only: programs that they run, and ports for them.
        room("TestProcesses"),
        tests("WherryCore", ["WherryCore"]),
        tests("WherryPluginKit", ["WherryCore", "WherryPluginKit"]),
        tests("QCloudAPI", ["QCloudAPI"]),
        tests("RDBFormat", ["CarrylessCRC", "RDBFormat"]),
        tests("WherryCatalog", ["WherryCore", "WherryCatalog", "Migrations", grdb]),
        tests(
            "WherryTransfer",
            [
                "RDBFormat", "WherryCore", "WherryPluginKit", "WherryPrograms", "WherryTransfer", "WherryTestSupport",
                crypto,
                nioCore,
                systemPackage,
            ]
        ),
        tests(
            "WherryRestore",
            [
                "WherryCatalog", "WherryCore", "WherryPluginKit", "WherryRestore", "WherryTestSupport",
                "WherryTransfer", crypto, systemPackage,
            ]
        ),
        tests("WherryPrograms", ["WherryCore", "WherryPrograms", "WherryTestSupport"]),
        tests(
            "ProgramSinks",
            [
                "CommandSink", "LocalDiskSink", "RcloneSink", "ResticSink", "WherryCatalog", "WherryCore",
                "WherryEngine",
                "WherryPluginKit", "WherryPrograms", "WherryTestSupport", "WherryTransfer", crypto, systemPackage,
            ]
        ),
        tests("FaultServer", ["WherryTestSupport"]),
        tests(
            "WherryEngine",
            [
                "LocalDiskSink", "WherryCore", "WherryCatalog", "WherryEngine", "WherryPluginKit", "WherryServer",
                "WherryTestSupport", "WherryTransfer",
            ]
        ),
        tests(
            "WherryServer",
            [
                "WherryCore", "WherryCatalog", "WherryEngine", "QCloudAPI", "WherryServer", "WherryTestSupport",
                logging, nioCore, nioEmbedded, nioHTTP1, nioHTTPTypesHTTP1,
            ]
        ),
        tests("CRSSource", ["CRSSource", "QCloudAPI", "WherryCore", "WherryPluginKit", "WherryTestSupport"]),
        tests(
            "TencentCloudSource",
            ["TencentCloudSource", "QCloudAPI", "WherryCore", "WherryPluginKit", "WherryTestSupport"]
        ),
        tests("DepotSource", ["DepotSource", "WherryCore", "WherryPluginKit", logging, subprocess, systemPackage]),
        tests("LocalDiskSink", ["LocalDiskSink", "WherryCore", "WherryPluginKit", "WherryTestSupport", systemPackage]),
        tests(
            "S3Sink",
            [
                "S3Sink", "WherryCatalog", "WherryCore", "WherryEngine", "WherryPluginKit", "WherryRestore",
                "WherryTestSupport",
                "WherryTransfer", crypto, logging,
            ]
        ),
        tests("WherryPluginWire", ["WherryCore", "WherryPluginWire", "WherryTestSupport"]),
        tests(
            "ExternalPlugin",
            [
                "ExternalPlugin", "WherryCore", "WherryPluginKit", "WherryPluginTesting", "WherryPluginWire",
                "WherryPrograms", "wherry-sink-sums", "WherryTestSupport", crypto, logging, systemPackage,
            ]
        ),
        tests(
            "WherryCLI",
            ["WherryCLI", "WherryCatalog", "WherryCore", "WherryEngine", "WherryPluginKit", "WherryTransfer"]
        ),
        tests(
            "EndToEnd",
            [
                "DepotSource", "QCloudAPI", "S3Sink", "wherry", "wherry-sink-sums", "WherryCatalog", "WherryCore",
                "WherryEngine", "WherryPluginKit", "WherryPluginWire", "WherryTestSupport", "WherryTransfer", crypto,
            ]
        ),
        tests("ScriptSink", ["ScriptSink", "WherryCore", "WherryPluginKit", logging, systemPackage]),
    ],
    swiftLanguageModes: [.v6]
)

// The benchmarks, only when they are asked for: nobody else waits for their build.
if ProcessInfo.processInfo.environment["WHERRY_BENCHMARKS"] != nil {
    package.targets += [
        .executableTarget(
            name: "resolve-benchmark",
            dependencies: ["WherryCatalog", "WherryCore", "WherryEngine", "WherryTestSupport"],
            path: "Benchmarks/Resolve",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "fault-bench",
            dependencies: ["WherryTestSupport"],
            path: "Benchmarks/Faults",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "hello-server",
            dependencies: [hummingbird, logging],
            path: "Benchmarks/Service/Hello",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "transfer-bench",
            path: "Benchmarks/Transfers",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "rdb-scan-bench",
            dependencies: ["RDBFormat"],
            path: "Benchmarks/Scan",
            swiftSettings: settings
        ),
    ]
}
