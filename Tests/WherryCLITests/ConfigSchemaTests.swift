import Foundation
import Testing

@testable import WherryCLI

@Suite struct ConfigSchemaTests {
    private func schema() throws -> [String: Any] {
        let text = try ConfigSchema.json(registry: ConfigWorld.registry())
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func definition(_ name: String) throws -> [String: Any] {
        let definitions = try #require(try schema()["$defs"] as? [String: Any])
        return try #require(definitions[name] as? [String: Any])
    }

    @Test func isTheSameEveryTime() throws {
        let texts = try (0..<5).map { _ in try ConfigSchema.json(registry: ConfigWorld.registry()) }
        #expect(Set(texts).count == 1)
        #expect(texts.first?.hasPrefix("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n") == true)
    }

    @Test func describesTheWholeFile() throws {
        let schema = try schema()
        #expect(schema["additionalProperties"] as? Bool == false)
        #expect(schema["required"] as? [String] == ["sources"])
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(Set(properties.keys) == ["bandwidth", "catalog", "sources", "sinks", "jobs", "daemon", "serve"])
        let definitions = try #require(schema["$defs"] as? [String: Any])
        #expect(
            Set(definitions.keys) == [
                "source", "sink", "job", "backups", "serve", "key", "tls", "source-crs", "source-depot",
                "source-depot-servers",
                "sink-local-disk",
                "daemon", "sink-script", "sink-null", "sink-zstd", "sink-age", "sink-keep", "source-tencentcloud",
            ]
        )
    }

    @Test func knowsTheOptionsOfPlugins() throws {
        let crs = try definition("source-crs")
        #expect(crs["additionalProperties"] as? Bool == false)
        #expect(crs["required"] as? [String] == ["region", "secret_id", "secret_key"])
        let properties = try #require(crs["properties"] as? [String: [String: Any]])
        #expect(properties["page_size"]?["minimum"] as? Int == 1)
        #expect(properties["page_size"]?["default"] as? Int == 100)
        #expect(properties["compress"]?["default"] as? Bool == false)
        #expect(properties["method"]?["enum"] as? [String] == ["GET", "POST"])
        #expect(properties["region"]?["examples"] as? [String] == ["ap-guangzhou"])
        #expect(properties["secret_key"]?["description"] as? String == "The SecretKey.")

        let conditions = try #require(try definition("source")["allOf"] as? [[String: Any]])
        #expect(conditions.count == 3)
        let then = try #require(conditions.first?["then"] as? [String: Any])
        #expect(then["required"] as? [String] == ["options"])
    }

    /// Everything that has properties is closed, and every reference leads somewhere.
    @Test func isClosedAndWhole() throws {
        let schema = try schema()
        let definitions = try #require(schema["$defs"] as? [String: Any])
        var pending: [Any] = [schema]
        var references = 0
        while let value = pending.popLast() {
            if let object = value as? [String: Any] {
                if let reference = object["$ref"] as? String {
                    references += 1
                    #expect(definitions[reference.replacing("#/$defs/", with: "")] != nil)
                }
                // Conditions have properties too, but say only what is special.
                if object["type"] as? String == "object" {
                    #expect(object["additionalProperties"] as? Bool == false)
                    let properties = try #require(object["properties"] as? [String: [String: Any]])
                    for property in properties.values { #expect(property["description"] is String) }
                }
                pending += Array(object.values)
            } else if let array = value as? [Any] {
                pending += array
            }
        }
        #expect(references >= 11)
    }

    /// The keys that are read are the keys that are described: both come from the tables.
    @Test func describesEveryKeyThatIsRead() throws {
        var pending = [ConfigTables(try ConfigWorld.registry()).file]
        while let table = pending.popLast() {
            let described = try table.id == "file" ? schema() : definition(table.id)
            let properties = try #require(described["properties"] as? [String: Any])
            #expect(Set(properties.keys) == Set(table.fields.map(\.name)))
            for field in table.fields {
                switch field.kind {
                case .table(let inner), .list(of: .table(let inner), minimum: _): pending.append(inner)
                case .options(let tables): pending += tables.values
                default: break
                }
            }
        }
    }
}
