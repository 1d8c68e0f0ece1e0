import Foundation
import Testing
import WherryCore

@testable import WherryCatalog

/// docs/catalog.md tells the whole truth.
@Suite struct DocumentationTests {
    /// A part of the page: a `###` heading and what stands below it.
    private struct Section {
        var chapter: String
        var name: String
        var text: String

        /// The names in the first column of its tables.
        var columns: [String] {
            text.split(separator: "\n").compactMap { line in
                guard line.hasPrefix("| `"), let end = line.dropFirst(3).firstIndex(of: "`") else { return nil }
                return String(line[line.index(line.startIndex, offsetBy: 3)..<end])
            }
        }

        /// The blocks fenced as SQL.
        var queries: [String] {
            text.components(separatedBy: "```sql\n").dropFirst().compactMap {
                $0.components(separatedBy: "\n```").first
            }
        }
    }

    private let sections: [Section]

    init() throws {
        let page = try String(contentsOfFile: repository + "/docs/catalog.md", encoding: .utf8)
        sections = page.components(separatedBy: "\n## ").dropFirst().flatMap { chapter in
            let parts = chapter.components(separatedBy: "\n### ")
            let title = parts[0].components(separatedBy: "\n")[0]
            return parts.dropFirst().map { part in
                let name = part.components(separatedBy: "\n")[0]
                return Section(chapter: title, name: name, text: String(part.dropFirst(name.count)))
            }
        }
    }

    @Test(arguments: [("table", "Tables"), ("view", "Views")])
    func everyColumnIsThere(type: String, chapter: String) async throws {
        try await withCatalog { catalog in
            let rows = try catalog.rows(
                "SELECT name FROM sqlite_master WHERE type = '\(type)' AND name NOT LIKE 'sqlite%' ORDER BY name"
            )
            let names = rows.compactMap { row in
                if case .text(let name)? = row.first { name } else { nil }
            }
            let documented = sections.filter { $0.chapter == chapter }
            #expect(documented.map(\.name).sorted() == names)
            for section in documented {
                let columns = try catalog.rows("PRAGMA table_info('\(section.name)')").map { $0[1] }
                #expect(section.columns.map { .text($0) } == columns, "\(section.name)")
            }
        }
    }

    @Test func everySavedQueryIsThere() {
        let documented = sections.filter { $0.chapter == "Saved queries" }
        #expect(documented.map(\.name) == SavedQuery.all.map(\.name))
        for (section, query) in zip(documented, SavedQuery.all) {
            #expect(section.queries == [query.sql], "\(query.name)")
            #expect(section.text.contains(query.question), "\(query.name)")
        }
    }

    @Test func everyQueryOfThePageWorks() async throws {
        try await withCatalog { catalog in
            try await Seed.fill(catalog, now: .now)
            let reader = try ReadOnlySQL(path: catalog.path)
            let queries = sections.flatMap(\.queries)
            #expect(queries.count > SavedQuery.all.count)
            for query in queries { _ = try reader.run(query, rowLimit: 100, timeLimit: .seconds(10)) }
        }
    }

    @Test func everyQueryOfAViewUsesAnIndex() async throws {
        let queries = sections.filter { $0.chapter == "Views" }.flatMap(\.queries)
        #expect(queries.count >= 8)
        try await withCatalog { catalog in
            for query in queries {
                let scans = try catalog.scans(of: query)
                #expect(scans == [], "\(query)")
            }
        }
    }
}
