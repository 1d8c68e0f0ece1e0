import Testing
import WherryCore
import WherryPluginKit

@Suite struct OptionValuesTests {
    private let values = OptionValues([
        "path": .text("/srv"), "key": .secret(Secret("MARKED")), "shards": .integer(3), "quiet": .boolean(false),
        "every": .duration(.seconds(60)),
        "doors": .records([OptionValues(["key": .secret(Secret("MARKED"))]), OptionValues([:])]),
    ])

    @Test func givesEachKindByItsName() throws {
        #expect(values.text("path") == "/srv")
        #expect(values.secret("key")?.reveal == "MARKED")
        #expect(values.integer("shards") == 3)
        #expect(values.boolean("quiet") == false)
        #expect(values.duration("every") == .seconds(60))
        #expect(values.records("doors").map { $0.secret("key")?.reveal } == ["MARKED", nil])
        #expect(try values.required("path") == "/srv")
        #expect(try values.requiredSecret("key").reveal == "MARKED")
    }

    @Test func anotherKindIsNotThere() {
        for name in ["key", "shards", "quiet", "every", "nothing"] { #expect(values.text(name) == nil) }
        for name in ["path", "shards", "nothing"] { #expect(values.secret(name) == nil) }
        #expect(values.integer("path") == nil)
        #expect(values.boolean("shards") == nil)
        #expect(values.duration("shards") == nil)
        #expect(values.records("shards").isEmpty)
    }

    @Test(arguments: ["nothing", "shards"]) func saysWhichOneIsMissing(name: String) throws {
        for ask in [{ _ = try values.required($0) }, { _ = try values.requiredSecret($0) }] as [(String) throws -> Void]
        {
            let failure = try #require(throws: Failure.self) { try ask(name) }
            #expect(failure.failureClass == .configuration)
            #expect(failure.code == "config.missing-option")
            #expect(failure.message.contains(name))
        }
    }

    @Test func setsOne() {
        var changed = values
        changed.set("path", .text("/mnt"))
        changed.set("new", .integer(1))
        #expect(changed.text("path") == "/mnt")
        #expect(changed.integer("new") == 1)
        #expect(values.text("path") == "/srv")
    }

    @Test func neverPrintsASecret() {
        var dumped = ""
        dump(values, to: &dumped)
        #expect(![dumped, "\(values)", String(reflecting: values)].contains { $0.contains("MARKED") })
    }

    @Test func saysWhatIsExpected() {
        #expect(OptionSpec.Kind.integer(1...9).expectation == "a whole number from 1 to 9")
        #expect(OptionSpec.Kind.choice(["a", "b"]).expectation == "one of a, b")
        let door = OptionSpec.Kind.records([
            OptionSpec("key", .secret, help: ""), OptionSpec("name", .string, help: ""),
        ])
        #expect(door.expectation == "a list of mappings with key, name")
    }
}
