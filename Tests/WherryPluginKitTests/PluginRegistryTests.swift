import Testing
import WherryCore
import WherryPluginKit

private protocol Named { static var name: String { get } }

private enum One: Named { static let name = "one" }
private enum Two: Named { static let name = "two" }

/// Something that no test makes.
private let neverMade = Failure(.internal, code: "test.never-made", "Nothing is made here.")

private enum FakeSource<Name: Named>: SourcePlugin {
    static var descriptor: PluginDescriptor { PluginDescriptor(id: Name.name, title: "", summary: "") }
    static var options: [OptionSpec] { [] }
    static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        throw neverMade
    }
}

private enum FakeSink<Name: Named>: SinkPlugin {
    static var descriptor: PluginDescriptor { PluginDescriptor(id: Name.name, title: "", summary: "") }
    static var options: [OptionSpec] { [] }
    static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink { throw neverMade }
}

@Suite struct PluginRegistryTests {
    @Test func findsPluginsByID() throws {
        let registry = try PluginRegistry(
            sources: [FakeSource<One>.self, FakeSource<Two>.self],
            sinks: [FakeSink<Two>.self]
        )
        #expect(registry.sources.keys.sorted() == ["one", "two"])
        #expect(registry.sinks["two"]?.descriptor.id == "two")
        #expect(registry.sinks["one"] == nil)
    }

    @Test func aSourceAndASinkMayShareAnID() throws {
        _ = try PluginRegistry(sources: [FakeSource<One>.self], sinks: [FakeSink<One>.self])
    }

    @Test func refusesTwoOfOneID() throws {
        let sources = try #require(throws: Failure.self) {
            try PluginRegistry(sources: [FakeSource<One>.self, FakeSource<One>.self], sinks: [])
        }
        let sinks = try #require(throws: Failure.self) {
            try PluginRegistry(sources: [], sinks: [FakeSink<Two>.self, FakeSink<One>.self, FakeSink<Two>.self])
        }
        #expect(sources.code == "plugin.duplicate-id")
        #expect(sinks.code == "plugin.duplicate-id")
        #expect(sinks.failureClass == .internal)
        #expect(sinks.message.contains("two"))
    }

    @Test func capabilitiesHaveNames() {
        let all: PluginDescriptor.Capabilities = [.hostsFiles, .storesBytes, .emitsLinks, .requestsBackups]
        #expect(all.names == ["hosts-files", "stores-bytes", "emits-links", "requests-backups"])
        #expect(PluginDescriptor.Capabilities([]).names == [])
    }
}
