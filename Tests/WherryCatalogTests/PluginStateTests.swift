import Testing
import WherryCatalog
import WherryCore

@Suite("Notes of plugins")
struct PluginStateTests {
    @Test("are found again by another process, each plugin's own")
    func outliveTheProcess() async throws {
        try await withCatalog { catalog in
            let now = Timestamp(seconds: 1_700_000_000)
            try await catalog.note("upload/1", "a", of: .sink, "store", at: now)
            try await catalog.note("upload/2", "b", of: .sink, "store", at: now)
            try await catalog.note("upload/2", "c", of: .sink, "store", at: now)
            try await catalog.note("upload_x", "not below", of: .sink, "store", at: now)
            try await catalog.note("upload/1", "another's", of: .source, "store", at: now)
            let again = try Catalog(path: catalog.path, now: now)
            #expect(try await again.notes(of: .sink, "store", under: "upload/") == ["upload/1": "a", "upload/2": "c"])
            #expect(try await again.notes(of: .sink, "other", under: "").isEmpty)
            try await again.note("upload/1", nil, of: .sink, "store", at: now)
            #expect(try await catalog.notes(of: .sink, "store", under: "upload/") == ["upload/2": "c"])
            #expect(try await catalog.notes(of: .source, "store", under: "") == ["upload/1": "another's"])
        }
    }
}
