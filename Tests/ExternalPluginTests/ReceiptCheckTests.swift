import Testing
import WherryCore
import WherryPluginKit
import WherryPluginWire

@testable import ExternalPlugin

/// What becomes of a plugin's receipt, when it is compared with what the plugin was given.
@Suite struct ReceiptCheckTests {
    private let plain, zipped, sealed: SHA256Digest

    init() throws {
        func digest(_ byte: UInt8) throws -> SHA256Digest {
            try #require(SHA256Digest(bytes: [UInt8](repeating: byte, count: 32)))
        }
        (plain, zipped, sealed) = (try digest(1), try digest(2), try digest(3))
    }

    private func given(_ stored: StoredForm?) -> FetchedFile {
        FetchedFile(size: ByteCount(100), sha256: plain, rdb: nil, grade: .complete, stored: stored)
    }

    private func fit(_ artifact: Artifact, given: FetchedFile) throws -> Artifact {
        let receipt = Receipt(outcome: .delivered, artifacts: [artifact])
        let files = [BackupFile(position: 0, name: "0.rdb")]
        return try ReceiptCheck.fit(receipt, files: files, given: [0: given], wish: .file).artifacts[0]
    }

    private func said(_ size: Int64, _ sha256: SHA256Digest, stored: StoredForm? = nil) -> Artifact {
        Artifact(position: 0, location: "x", size: ByteCount(size), sha256: sha256, stored: stored)
    }

    @Test func behindAPipelineThePluginVouchesForWhatItHad() throws {
        let form = StoredForm(stages: ["zstd"], size: ByteCount(40), sha256: zipped)
        let artifact = try fit(said(40, zipped), given: given(form))
        #expect(artifact.size == ByteCount(100))
        #expect(artifact.sha256 == plain)
        #expect(artifact.stored == form)
        #expect(throws: Violation.self) { try fit(said(100, plain), given: given(form)) }
    }

    @Test func stagesOfItsOwnAreKept() throws {
        let own = StoredForm(stages: ["seal"], size: ByteCount(50), sha256: sealed)
        let alone = try fit(said(100, plain, stored: own), given: given(nil))
        #expect(alone.stored == own)
        let form = StoredForm(stages: ["zstd"], size: ByteCount(40), sha256: zipped)
        let both = try fit(said(40, zipped, stored: own), given: given(form))
        // Those of the pipeline are put before it by the pipeline itself.
        #expect(both.stored == own)
        #expect(both.sha256 == plain)
    }

    @Test func aDigestOrASizeThatIsAnotherIsRefused() {
        #expect(throws: Violation.self) { try fit(said(99, plain), given: given(nil)) }
        #expect(throws: Violation.self) { try fit(said(100, zipped), given: given(nil)) }
    }
}
