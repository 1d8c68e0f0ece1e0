import Testing
import WherryCore
import WherryPluginKit

@Suite struct PathTemplateTests {
    private func path(
        _ template: String,
        instance: String = "crs-1",
        backup: String = "b-1",
        file: String = "dump.rdb",
        shard: Int = 0,
        source: String = "prod"
    ) throws -> String {
        let made = Backup(
            id: .init(rawValue: backup),
            instance: .init(rawValue: instance),
            startedAt: Timestamp(seconds: 1_750_000_000)
        )
        return try PathTemplate(template).path(
            source: SourceName(rawValue: source),
            backup: made,
            file: BackupFile(position: shard, name: file)
        )
    }

    @Test func fillsEveryField() throws {
        let text = try path("x/{source}/{instance}/{time}-{backup}/{shard}-{file}", shard: 7)
        #expect(text == "x/prod/crs-1/20250615T150640Z-b-1/7-dump.rdb")
    }

    @Test(arguments: [
        "{instance}/{backup}/{shard}", "{instance}/{time}-{backup}/{instance}-{time}-shard{shard}.rdb",
        "{instance}/{backup}-{shard}.rdb", "{instance}/{shard}_{backup}", "{instance}+{backup}/{shard}",
        "{shard}/{backup}{time}/{instance}", "{source}/{instance}/{backup}/{shard}-{file}",
        "..x/{instance}/{backup}/.{shard}",
        "größe/{instance}/{backup}/{shard}", "{instance}/{backup}/{shard}{time}", "{instance}, {backup}, {shard}",
    ])
    func accepts(template: String) throws {
        _ = try PathTemplate(template)
    }

    @Test(arguments: [
        "", "/", "/{instance}/{backup}/{shard}", "{instance}/{backup}/{shard}/", "{instance}//{backup}/{shard}",
        "./{instance}/{backup}/{shard}", "{instance}/../{backup}/{shard}", "../{instance}/{backup}/{shard}",
        "{instance}/{backup}/{shard}/..", "{instance}/{backup}/{shard}/.", "{instance}/{backup}/{shard}\0",
        // A combining mark after a slash or a dot.
        "{instance}/{backup}/{shard}/../\u{301}x", "\u{2E}./\u{301}{instance}/{backup}/{shard}",
        // Fields.
        "{instance}", "{instance}/{backup}", "{instance}/{shard}", "{backup}/{shard}", "{instance}/{file}/{shard}",
        "{instance}/{backup}/{shard", "{instance}/{backup}/{shard}}", "}{instance}/{backup}/{shard}",
        "{instance}/{backup}/{shard}/{}", "{instance}/{backup}/{shard}/{Instance}",
        "{instance}/{backup}/{shard}/{ time}",
        "{{instance}}/{backup}/{shard}",
        // Different values that could give one path.
        "{instance}{backup}/{shard}", "{instance}-{backup}/{shard}", "{instance}.{time}.{backup}/{shard}",
        "{instance}%{backup}/{shard}", "{instance}/{backup}{shard}", "{instance}/{shard}{backup}",
        "{instance}/{backup}/{shard}{shard}", "{instance}/{backup}12{shard}", "{instance}/{backup}-{file}-{shard}",
    ])
    func refuses(template: String) throws {
        let failure = try #require(throws: Failure.self) { try PathTemplate(template) }
        #expect(failure.failureClass == .configuration)
        #expect(failure.code == "config.path-template")
        #expect(failure.remedy != nil)
    }

    // MARK: - Odd ids

    static let odd = [
        "", ".", "..", "...", "/", "//", "/etc/passwd", "../../etc/passwd", "a/../b", ".hidden", "-rf", "~", "a b",
        "a\tb",
        "a\nb", "a\0b", "\u{0}", "%", "%%", "%2E", "%2e", "%2F", "a%", "\\", "..\\..", "C:", "é", "e\u{301}", "😀",
        "\u{202E}gpj", "\u{FEFF}a", "ａ／ｂ", "．．", "{backup}", "{instance}", "$(x)", "`x`", "'", "\"", "*", "?", "a;b",
        "CON", "a.", "a..", "\u{301}", "/\u{301}", ".\u{301}", "\r\n",
    ]

    /// Odd texts, and ones made at random of pieces that are apt to do harm.
    static let texts: [String] = {
        var random = SeededGenerator(seed: 21)
        let pieces = odd + ["a", "b", "1", "0", "-", "_"]
        let made = (0..<4_000).map { _ in
            (0..<Int.random(in: 1...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        let scalars = (0..<4_000).map { _ in
            let values = (0..<Int.random(in: 1...6, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x2_FFFF, using: &random))
            }
            return String(String.UnicodeScalarView(values))
        }
        return odd + made + scalars
    }()

    /// Swift takes texts for equal that differ in their bytes; file systems do not.
    static let distinct = Set(texts.map { Array($0.utf8) })

    @Test func noIdLeavesItsComponent() {
        let harmful = Self.texts.filter { text in
            let safe = PathTemplate.safe(text)
            let isPlain = safe.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != 0x5C }
            return !isPlain || safe.isEmpty || safe.hasPrefix(".") || safe.contains("{") || safe.contains("\"")
        }
        #expect(harmful == [])
    }

    @Test func differentIdsStayDifferent() {
        let safe = Self.distinct.map { PathTemplate.safe(String(decoding: $0, as: UTF8.self)) }
        #expect(Set(safe.map { Array($0.utf8) }).count == Self.distinct.count)
    }

    @Test func ordinaryIdsStayAsTheyAre() {
        for text in ["crs-c7xq4kqu", "fb8d2cd6-f6ee", "A_b.c-0", "dump.rdb", "a..b", "a."] {
            #expect(PathTemplate.safe(text) == text)
        }
        #expect(PathTemplate.safe(".a/b%é") == "%2Ea%2Fb%25%C3%A9")
    }

    @Test(arguments: [
        "{instance}/{time}-{backup}/{instance}-{time}-shard{shard}.rdb", "{instance}/{backup}-{shard}.rdb",
        "{instance}+{backup}+{shard}", "{shard}-{backup}/{instance}",
    ])
    func differentFilesHaveDifferentPaths(template: String) throws {
        // Ids that are apt to run into each other.
        let ids = ["a", "a-b", "b", "b-1", "1", "a-", "-a", "a1", "1a", "+", "%2B", "a+b", "0", "-0", "", "."]
        var paths: Set<String> = []
        for instance in ids {
            for backup in ids {
                for shard in [0, 1, 10, 11] {
                    paths.insert(try path(template, instance: instance, backup: backup, shard: shard))
                }
            }
        }
        #expect(paths.count == ids.count * ids.count * 4)
    }

    @Test func noPathLeavesTheRoot() throws {
        var random = SeededGenerator(seed: 22)
        let template = "{source}/{instance}/{backup}/{shard}-{file}"
        for _ in 0..<2_000 {
            let ids = (0..<4).map { _ in Self.texts.randomElement(using: &random) ?? "" }
            let text = try path(template, instance: ids[0], backup: ids[1], file: ids[2], source: ids[3])
            let components = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let isFine = components.count == 4 && components.allSatisfy { !$0.isEmpty && $0.first != UInt8(ascii: ".") }
            #expect(isFine, "\(text)")
        }
    }
}
