import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import S3Sink

@Suite
struct OptionTests {
    private let least: [String: OptionValues.Value] = [
        "bucket": .text("backups"), "access_key": .secret(Secret("AKID")),
        "secret_key": .secret(Secret("CANARYsecret")),
    ]

    private func options(_ more: [String: OptionValues.Value]) throws -> S3Options {
        try S3Options(OptionValues(least.merging(more) { $1 }))
    }

    @Test func theLeastIsEnough() throws {
        let options = try options([:])
        #expect(options.prefix.isEmpty)
        #expect(options.settings.partSize == 5 << 20)
        #expect(options.settings.parallel == 4)
        #expect(!"\(options)".contains("CANARY"))
        var dumped = ""
        dump(options, to: &dumped)
        #expect(!dumped.contains("CANARY"))
    }

    @Test(arguments: [("/a//b/", "a/b/"), ("", ""), ("/", ""), ("x", "x/")])
    func prefixesAreTidied(given: String, expected: String) throws {
        #expect(try options(["prefix": .text(given)]).prefix == expected)
    }

    static let senseless: [[String: OptionValues.Value]] = [
        ["prefix": .text("a/../b")], ["bucket": .text("a/b")], ["bucket": .text("ab")],
        ["lock_mode": .text("governance")], ["lock_for": .duration(.seconds(60))],
        ["encryption_key": .text("k")], ["storage_class": .text("a b")],
    ]

    @Test(arguments: senseless)
    func whatMakesNoSenseIsRefused(more: [String: OptionValues.Value]) {
        #expect(throws: Failure.self) { try options(more) }
    }

    @Test func locksAndClassesAreHeaders() throws {
        let settings = try options([
            "lock_mode": .text("compliance"), "lock_for": .duration(.seconds(86_400)), "legal_hold": .boolean(true),
            "storage_class": .text("STANDARD_IA"), "encryption": .text("aws:kms"), "encryption_key": .text("k1"),
        ]).settings
        let headers = settings.headers(token: "t", now: Timestamp(seconds: 0)).map { "\($0.name)=\($0.value)" }
        for header in [
            "x-amz-object-lock-mode=COMPLIANCE", "x-amz-object-lock-retain-until-date=1970-01-02T00:00:00Z",
            "x-amz-object-lock-legal-hold=ON", "x-amz-storage-class=STANDARD_IA", "x-amz-meta-wherry-upload=t",
            "x-amz-server-side-encryption=aws:kms", "x-amz-server-side-encryption-aws-kms-key-id=k1",
        ] { #expect(headers.contains(header)) }
    }
}
