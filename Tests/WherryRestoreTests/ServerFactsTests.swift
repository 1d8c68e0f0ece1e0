import Testing
import WherryCore

@testable import WherryRestore

/// What a server says, read as it is meant.
@Suite struct ServerFactsTests {
    @Test(
        arguments: [
            ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1\n", "redis 7.0.15", true),
            ("Redis server v=6.2.14 sha=0:0 malloc=libc bits=64 build=1\n", "redis 6.2.14", false),
            ("Valkey server v=8.0.1 sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=2\n", "valkey 8.0.1", true),
            ("redis-cli 7.0.15\n", nil, false), ("", nil, false), ("Redis server v=\n", nil, false),
        ] as [(String, String?, Bool)]
    )
    func versionsAreRead(text: String, title: String?, isModern: Bool) {
        let program = ServerProgram(path: "/x", telling: text)
        #expect(program?.title == title)
        if let program { #expect(program.isModern == isModern) }
    }

    @Test func factsAreReadOnceItHasLoaded() throws {
        let info = """
            # Server\r
            redis_version:7.2.4\r
            server_name:valkey\r
            valkey_version:8.0.1\r
            # Persistence\r
            loading:0\r
            async_loading:0\r
            rdb_last_load_keys_expired:2\r
            rdb_last_load_keys_loaded:40\r
            used_memory:1048576\r
            # Keyspace\r
            db0:keys=30,expires=0,avg_ttl=0\r
            db20:keys=10,expires=1,avg_ttl=0\r
            dbother:keys=9\r

            """
        let facts = try #require(LoadedFacts(info: info))
        #expect((facts.engine, facts.version) == ("valkey", "8.0.1"))
        #expect(facts.loaded == 40)
        #expect(facts.expired == 2)
        #expect(facts.resident == 40)
        #expect(facts.memory == ByteCount(1 << 20))
        #expect(LoadedFacts(info: info.replacing("loading:0", with: "loading:1")) == nil)
        #expect(LoadedFacts(info: "nothing") == nil)
        let old = try #require(LoadedFacts(info: "redis_version:5.0.3\r\nloading:0\r\ndb0:keys=3,expires=0\r\n"))
        #expect(old.loaded == nil)
        #expect((old.engine, old.resident) == ("redis", 3))
    }

    private func log(_ lines: String...) -> ServerLog {
        let log = ServerLog()
        let start = [
            "1:C 30 Nov 2026 00:31:05.094 # oO0OoO0OoO0Oo Redis is starting",
            "1:M 30 Nov 2026 00:31:05.094 # Server initialized",
        ]
        for line in start + lines { log.add(line) }
        return log
    }

    @Test func theFirstComplaintTellsWhy() {
        let log = log(
            "1:M 30 Nov 2026 00:31:05.095 # WARNING Memory overcommit must be enabled!",
            "1:M 30 Nov 2026 00:31:05.095 # rdbLoadObject skipping empty key: SECRET",
            "1:M 30 Nov 2026 00:31:05.095 # RDB has duplicated key 'it's-SECRET' in DB 0",
            "",
            "=== REDIS BUG REPORT START: Cut & paste starting from here ===",
            "1:M 30 Nov 2026 00:31:05.095 # Guru Meditation: Duplicated key found in RDB file #rdb.c:3184"
        )
        #expect(log.hasStarted)
        #expect(log.complaint == .duplicate)
        #expect(log.complaint?.words == "it holds a key twice")
    }

    @Test(
        arguments: [
            ("Can't handle RDB format version 12", .format(12)),
            ("The RDB file contains module data I can't load: no matching module type 'SECRET'", .module),
            ("Short read or OOM loading DB. Unrecoverable error, aborting now.", .shortOrMemory),
            ("Out Of Memory allocating 1073741824 bytes!", .memory),
            ("Wrong RDB checksum expected: (1) but got (2). Aborting now.", .checksum),
            ("Wrong signature trying to load DB from file", .signature),
            ("Internal error in RDB reading offset 9, function at rdb.c:1 -> Unknown RDB encoding type 99", .content),
            ("User requested shutdown...", .stopped), ("Received SIGTERM scheduling shutdown...", .stopped),
            ("SECRET:1 is nothing that a server says", nil), ("RDB file was saved with checksum disabled", nil),
        ] as [(String, ServerComplaint?)]
    )
    func complaintsAreKnown(text: String, complaint: ServerComplaint?) {
        let log = log("1:M 30 Nov 2026 00:31:05.095 # " + text)
        #expect(log.complaint == complaint)
        #expect(log.complaint?.words.contains("SECRET") != true)
    }

    @Test func whoIsStoppedBehindAComplaintHadOne() {
        let log = log(
            "1:M 30 Nov 2026 00:31:05.095 # User requested shutdown...",
            "1:M 30 Nov 2026 00:31:05.095 # Wrong RDB checksum expected: (1) but got (2). Aborting now."
        )
        #expect(log.complaint == .checksum)
    }

    @Test func whatADumpSaysIsNotTakenForTheServer() {
        let log = log(
            "1:M 30 Nov 2026 00:31:05.095 * RDB '%x': DB loaded from disk: 1 seconds, empty keys skipped: 7.",
        )
        #expect(!log.hasLoaded)
        #expect(log.emptied == 0)
        log.add(
            "1:M 30 Nov 2026 00:31:05.095 * Done loading RDB, keys loaded: 5, keys expired: 1, empty keys skipped: 2."
        )
        log.add("1:M 30 Nov 2026 00:31:05.095 * DB loaded from disk: 0.000 seconds")
        #expect(log.hasLoaded)
        #expect(log.emptied == 2)
    }

    @Test func beforeItHasStartedItIsHeard() {
        let early = ServerLog()
        early.add("*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***")
        early.add("\u{1B}[31mBad directive\u{7}")
        #expect(!early.hasStarted)
        #expect(early.earlyWords == "[31mBad directive")
    }

    @Test(arguments: [
        ("+PONG\r\n", "PONG"), (":12\r\n", "12"), ("$5\r\nab\r\nc\r\n", "ab\r\nc"), ("$0\r\n\r\n", ""),
    ])
    func answersAreReadHoweverTheyAreCut(bytes: String, text: String) throws {
        var reply = ServerReply()
        var found: String?
        for byte in bytes.utf8 {
            #expect(found == nil)
            found = try reply.add([byte])
        }
        #expect(found == text)
    }

    @Test(arguments: ["-LOADING key secret\r\n", "*2\r\n", "$-1\r\n", "nonsense\r\n"])
    func otherAnswersAreRefusedWithoutRepeatingThem(bytes: String) {
        var reply = ServerReply()
        #expect { try reply.add(Array(bytes.utf8)) } throws: { error in
            (error as? Failure)?.code == "prove.server-answer" && !"\(error)".contains("secret")
        }
    }

    @Test func memoryIsReadFromTheSystem() {
        #expect(MachineMemory.available(in: "MemFree: 1 kB\nMemAvailable:   2048 kB\n") == ByteCount(2 << 20))
        #expect(MachineMemory.available(in: "MemFree: 1 kB\n") == nil)
        #expect(MachineMemory.available(in: "MemAvailable: lots\n") == nil)
        #if os(Linux)
            #expect(MachineMemory.available != nil)
        #endif
    }
}
