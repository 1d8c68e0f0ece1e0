import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// Nothing that people or the catalog see holds a secret, even when the server repeats what it was sent.
@Suite
struct SecrecyTests {
    private static let token = "CanaryOfASessionTokenThatIsVeryLongIndeedAndHasNoEnd0123456789"
    private static let secrets = [ScriptedCloud.secretID, ScriptedCloud.secretKey, token]
    private static let url = "https://b.cos.example.com/a.rdb?sign=CanaryOfASignature"

    @Test(arguments: [
        "AuthFailure.SignatureFailure", "InvalidParameter", "InternalError", "RequestLimitExceeded", "New.Code",
        "ResourceUnavailable.BackupLockedError", "UnsupportedRegion", "AuthFailure.SignatureExpire",
    ])
    func failureHidesWhatTheServerRepeats(_ code: String) async throws {
        let echo =
            "id=\(Self.secrets[0]) key \(Self.secrets[1])\(Self.secrets[2]), URL \(Self.url) "
            + "Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        let cloud = ScriptedCloud(["DescribeInstances": { _, _ in .error(code, echo) }], token: Self.token)
        let failure = try #require(
            await #expect(throws: Failure.self) { _ = try await cloud.source().instances().all() }
        )
        var texts = ["\(failure)", String(reflecting: failure), failure.remedy ?? ""]
        texts += cloud.apiCalls.map { String(reflecting: $0) }
        for text in texts {
            for secret in Self.secrets + ["CanaryOfASignature", "0123456789abcdef0123456789abcdef"] {
                #expect(!text.contains(secret))
            }
        }
        #expect(failure.message.contains("It says: id=… key ……, URL … …"))
    }

    @Test func codeOfAStrangeServerIsMadePlain() async throws {
        let cloud = ScriptedCloud(
            "DescribeInstances",
            .error("Bad\u{1B}[31m \(Self.url)\n" + String(repeating: "x", count: 500))
        )
        let failure = await #expect(throws: Failure.self) { _ = try await cloud.source().check() }
        #expect(failure?.code == "tencentcloud.unknown")
        #expect(failure?.message.contains("\u{1B}") == false)
        #expect(failure?.message.contains("?sign=") == false)
        #expect(cloud.apiCalls.allSatisfy { $0.code.count <= 100 })
    }

    @Test func textsOfTheSourceHideItsSecrets() async throws {
        let source = try await ScriptedCloud([:], token: Self.token).source()
        var dumped = ""
        dump(source, to: &dumped)
        dump(source.client, to: &dumped)
        for text in ["\(source)", String(reflecting: source), "\(source.client)", dumped] {
            for secret in Self.secrets { #expect(!text.contains(secret)) }
        }
    }

    @Test func textsOfIssuedFilesHideTheirURLs() async throws {
        let info = #"{"FileName":"a","FileSize":1,"DownloadUrl":"\#(Self.url)","InnerDownloadUrl":""}"#
        let cloud = ScriptedCloud("DescribeBackupUrl", .members(#""BackupInfos":[\#(info)]"#))
        let files = try await cloud.source().issueURLs(for: "b", of: "crs-1")
        #expect(files[0].extranet?.text == Self.url)
        #expect(!String(reflecting: files).contains("CanaryOfASignature"))
    }

    @Test(
        arguments: [
            ("The backup is locked by another task.", "The backup is locked by another task."),
            ("no permission on qcs::redis:ap-guangzhou:uin/1000:instance/crs-1", nil),
            ("a\u{0}b\tc\r\nd\u{202E}e", "ab c de"), ("see http://x/y?z", "see …"), ("", ""),
            ("DescribeBackupDownloadRestriction", nil),
            (String(repeating: "word ", count: 100), String(repeating: "word ", count: 60) + "…"),
        ] as [(String, String?)]
    )
    func wordsOfTheProviderStayReadable(_ text: String, _ expected: String?) {
        #expect(ProviderError.harmless(text, hiding: ["secret", ""]) == expected ?? text)
    }
}
