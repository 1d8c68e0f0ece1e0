import Testing
import WherryCore

@testable import S3Sink

/// An upload is dropped only where nothing can be lost by it.
@Suite
struct CompletionTests {
    private let busy = Failure(.transient, code: "s3.busy", "Busy.")
    private let refused = Failure(.configuration, code: "s3.part-size", "Too small.")

    @Test func theUsualWayIsOneQuestion() {
        var completion = Completion(wasAsked: false)
        #expect(completion.first == .complete)
        #expect(completion.answered(.stored) == .done)
    }

    @Test func aLostAnswerIsLookedAfter() {
        var completion = Completion(wasAsked: false)
        #expect(completion.answered(.unclear(busy)) == .look)
        #expect(completion.looked(.ours) == .done)
    }

    @Test func whoCannotLookLeavesAllAsItIs() {
        var completion = Completion(wasAsked: false)
        #expect(completion.answered(.unclear(busy)) == .look)
        #expect(completion.looked(.unknown(busy)) == .giveUp(busy))
    }

    @Test func anAbsentObjectIsAskedForAgainAndNeverDroppedAfterALostAnswer() {
        var completion = Completion(wasAsked: false, tries: 3)
        for _ in 0..<2 {
            #expect(completion.answered(.unclear(busy)) == .look)
            #expect(completion.looked(.notOurs) == .complete)
        }
        #expect(completion.answered(.unclear(busy)) == .look)
        #expect(completion.looked(.notOurs) == .giveUp(busy))
        #expect(completion.answered(.refused(refused)) == .look)
        #expect(completion.looked(.notOurs) == .giveUp(refused))
    }

    @Test func onlyARefusalWithoutAnObjectDropsTheUpload() {
        var completion = Completion(wasAsked: false)
        #expect(completion.answered(.refused(refused)) == .look)
        #expect(completion.looked(.notOurs) == .abort(refused))
        #expect(completion.looked(.ours) == .done)
    }

    @Test func aLaterRunLooksFirst() {
        var completion = Completion(wasAsked: true)
        #expect(completion.first == .look)
        #expect(completion.looked(.ours) == .done)
        #expect(completion.looked(.notOurs) == .complete)
        #expect(completion.answered(.gone(busy)) == .look)
        #expect(completion.looked(.notOurs) == .lost(busy))
    }
}

@Suite
struct PartSizesTests {
    @Test(arguments: [nil, 0, 1, 16 << 20, 160 << 30, 5 << 40] as [Int64?])
    func tenThousandPartsAreEnough(size: Int64?) {
        let sizes = PartSizes(wanted: 16 << 20, fileSize: size)
        let most = (1...PartSizes.mostParts).reduce(Int64(0)) { $0 + Int64(sizes.size(of: $1)) }
        #expect(most >= size ?? 500 << 30)
        #expect(sizes.size(of: 1) >= 16 << 20)
        #expect(size ?? 0 > 156 << 30 || sizes.size(of: 1) == 16 << 20, "no larger than it has to be")
    }
}

@Suite
struct StoreAddressTests {
    @Test(
        arguments: [
            (nil, "eu-central-1", "backups", nil, "backups.s3.eu-central-1.amazonaws.com", "/a%20b/c%25", "https"),
            (nil, "cn-north-1", "back.ups", nil, "s3.cn-north-1.amazonaws.com.cn", "/back.ups/a%20b/c%25", "https"),
            ("http://127.0.0.1:8333", "x", "backups", nil, "127.0.0.1:8333", "/backups/a%20b/c%25", "http"),
            ("https://Store.example:443/", "x", "backups", "virtual", "backups.store.example", "/a%20b/c%25", "https"),
        ] as [(String?, String, String, String?, String, String, String)]
    )
    func hostsAndPaths(
        endpoint: String?,
        region: String,
        bucket: String,
        style: String?,
        host: String,
        path: String,
        scheme: String
    ) {
        let address = StoreAddress(
            endpoint: endpoint,
            region: region,
            bucket: bucket,
            style: style.flatMap { StoreAddress.Style(rawValue: $0) }
        )
        #expect(address.host == host)
        #expect(address.path("a b/c%") == path)
        #expect(address.scheme == scheme)
        #expect(address.key(of: address.location("a b/c%")) == "a b/c%")
        #expect(address.key(of: "s3://other/x") == nil)
    }
}

@Suite
struct StoreXMLTests {
    @Test func readsWhatStoresSay() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a comment -->
            <a:List xmlns:a="http://x/" note='a > b'><Part><ETag>&quot;1&amp;2&quot;</ETag><Size> 5 </Size></Part>
            <Part><Key><![CDATA[<&>]]>&#x41;&#66;</Key></Part><Empty/></a:List>
            """
        let list = try #require(StoreXML.read(Array(text.utf8)))
        #expect(list.name == "List")
        #expect(list.all("Part").count == 2)
        #expect(list["Part"]?.value("ETag") == "\"1&2\"")
        #expect(list["Part"]?.value("Size") == "5")
        #expect(list.all("Part").last?.value("Key") == "<&>AB")
        #expect(list.value("Empty") == "")
        #expect(list.value("None") == nil)
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&none;</a>", "<!DOCTYPE a><a/>", "<a><b></a></b>", "<a &gt;",
        String(repeating: "<a>", count: 100), "<a>&#xD800;</a>", "<1/>",
    ])
    func refusesAnythingElse(text: String) {
        #expect(StoreXML.read(Array(text.utf8)) == nil)
    }

    @Test func noBytesMakeItCrash() {
        let seed = Array("<?xml?><a b='c'><d>&lt;x</d><![CDATA[y]]></a>".utf8)
        for index in seed.indices {
            for byte in [UInt8(0), 60, 62, 38, 47, 255] {
                var bytes = seed
                bytes[index] = byte
                _ = StoreXML.read(bytes)
                _ = StoreXML.read(Array(bytes.prefix(index)))
            }
        }
    }
}

@Suite
struct PartPermitsTests {
    @Test(.timeLimit(.minutes(1)))
    func noMoreThanThereAreAndNoneIsLost() async throws {
        let permits = PartPermits(2)
        try await permits.take()
        try await permits.take()
        let waiting = Task { try await permits.take() }
        let cancelled = Task { try await permits.take() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        permits.giveBack()
        try await waiting.value
        permits.giveBack()
        permits.giveBack()
        try await permits.take()
        try await permits.take()
    }
}
