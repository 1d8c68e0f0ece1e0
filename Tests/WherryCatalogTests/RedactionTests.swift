import Testing
import WherryCore

@testable import WherryCatalog

@Suite struct RedactionTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var url: String
        var shown: String
        var testDescription: String { url }
    }

    static let shapes: [Shape] = [
        Shape(url: "https://h.example/a/b.rdb?token=SECRET/+==", shown: "https://h.example/a/b.rdb?…"),
        Shape(url: "http://10.0.0.1:8080/a.rdb?SECRET", shown: "http://10.0.0.1:8080/a.rdb?…"),
        Shape(url: "https://h/a?x=1?SECRET", shown: "https://h/a?…"),
        Shape(url: "https://h/a?", shown: "https://h/a?…"),
        Shape(url: "https://h?SECRET", shown: "https://h?…"),
        Shape(url: "https://h/?SECRET", shown: "https://h/?…"),
        Shape(url: "https://h/SECRET/b.rdb", shown: "https://h/…"),
        Shape(url: "https://h:8443/SECRET", shown: "https://h:8443/…"),
        Shape(url: "https://h/", shown: "https://h/…"),
        Shape(url: "https://h", shown: "https://h/…"),
        Shape(url: "https://u:SECRET@h/a?b", shown: "https://…"),
        Shape(url: "https://SECRET@h/a", shown: "https://…"),
        Shape(url: "https://h/a@SECRET", shown: "https://…"),
        Shape(url: "https://h/a?mail=me@SECRET", shown: "https://h/a?…"),
        Shape(url: "https://h#SECRET", shown: "https://…"),
        Shape(url: "https://h/a#SECRET?x", shown: "https://…"),
        Shape(url: "https://h/a?SECRET#SECRET", shown: "https://h/a?…"),
        Shape(url: "https://h/a%3Ftoken=SECRET", shown: "https://h/…"),
        Shape(url: "https://h/a://SECRET?x=://SECRET", shown: "https://h/a://SECRET?…"),
        Shape(url: "https://bücher.example/Ünï/😀.rdb?SECRET", shown: "https://bücher.example/Ünï/😀.rdb?…"),
        Shape(url: "https://bücher.example/SECRET😀", shown: "https://bücher.example/…"),
        // A combining mark makes one character of itself and the delimiter before it.
        Shape(url: "https://h/a?\u{301}SECRET", shown: "https://h/a?…"),
        Shape(url: "https://h/\u{301}SECRET", shown: "https://h/…"),
        Shape(url: "https://u:SECRET@\u{301}h/a?b", shown: "https://…"),
        Shape(url: "https://\u{301}SECRET", shown: "https://\u{301}SECRET/…"),
        Shape(url: "ftp://h/SECRET?x", shown: "…"),
        Shape(url: "SECRET", shown: "…"),
        Shape(url: "h.example/a?SECRET", shown: "…"),
        Shape(url: "SECRET?x=https://h/", shown: "…"),
        Shape(url: " https://h/?SECRET", shown: "…"),
        Shape(url: "?SECRET", shown: "…"),
        Shape(url: "://SECRET", shown: "…"),
        Shape(url: "https:/SECRET", shown: "…"),
        Shape(url: "https://", shown: "https:///…"),
        Shape(url: "", shown: "…"),
    ]

    @Test(arguments: shapes) func showsNoMoreThanThis(shape: Shape) {
        #expect(Array(SignedURL(shape.url).redacted.utf8) == Array(shape.shown.utf8))
    }

    @Test func theViewFollowsTheSameRules() async throws {
        var random = SeededGenerator(seed: 3)
        let alphabet = [
            "http://", "https://", "/", "?", "@", "#", ":", "a", "é", "\u{301}", "😀", "%", "=", "*", "[", ".",
        ]
        let made = (0..<2_000).map { _ in
            let start = ["http://", "https://", ""].randomElement(using: &random) ?? ""
            return start
                + (0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }
                .joined()
        }
        let urls = Self.shapes.map(\.url) + made
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.issue(
                urls.enumerated().map { Sample.file($0.offset, intranet: $0.element, extranet: $0.element) }
            )
            let rows = try catalog.rows(
                """
                SELECT u.extranet_url, r.intranet_url, r.extranet_url
                FROM issued_url AS u JOIN redacted_url AS r ON r.id = u.id ORDER BY u.id
                """
            )
            #expect(rows.count == urls.count)
            let expected: [[[UInt8]]] = urls.map {
                [$0, SignedURL($0).redacted, SignedURL($0).redacted].map { Array($0.utf8) }
            }
            let seen = rows.map { row -> [[UInt8]] in
                row.map { cell -> [UInt8] in
                    guard case .text(let text) = cell else { return [] }
                    return Array(text.utf8)
                }
            }
            #expect(seen == expected)
        }
    }

    @Test func whatWasNotIssuedStaysNull() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.issue([Sample.file(0, intranet: nil), Sample.file(1, extranet: nil)])
            let rows = try catalog.rows(
                "SELECT intranet_url IS NULL, extranet_url IS NULL FROM redacted_url ORDER BY id"
            )
            #expect(rows == [[.integer(1), .integer(0)], [.integer(0), .integer(1)]])
        }
    }

    @Test func noViewShowsASecret() async throws {
        try await withCatalog { catalog in
            try await Seed.fill(catalog, now: .now)
            #expect(
                try catalog.value("SELECT count(*) > 0 FROM issued_url WHERE extranet_url LIKE '%SECRET%'")
                    == .integer(1)
            )
            let views = try catalog.rows("SELECT name FROM sqlite_master WHERE type = 'view'")
            #expect(views.count == 12)
            for case .text(let view)? in views.map(\.first) {
                let rows = try catalog.rows("SELECT * FROM \(view)")
                #expect(!rows.isEmpty, "\(view) is empty")
                #expect(!"\(rows)".contains(Seed.mark), "\(view) shows a secret")
            }
        }
    }
}
