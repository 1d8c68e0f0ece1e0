import Testing
import WherryCore

@testable import WherryCLI

@Suite struct ConfigProblemTests {
    @Test(arguments: Case.keys + Case.shapes + Case.values + Case.entries)
    func tells(_ test: Case) throws {
        #expect(try ConfigWorld().problems(test.text) == test.problems)
    }

    @Test func tellsAllAtOnceInTheOrderOfTheFile() throws {
        let text = """
            catalog: ~/catalog.db
            sources:
              - name: prod
                plugin: crs
                options:
                  endpont: https://redis.api.qcloud.com
                  region: ap-guangzhou
                  secret_id: env:MISSING
                  secret_key: \(ConfigWorld.literal)
            jobs:
              - name: nightly
                source: prod
                sinks: [disk]
                concurrency: 100
            """
        let error = try #require(throws: ConfigError.self) { _ = try ConfigWorld().read(text) }
        #expect(error.problems.map(\.position.line) == [1, 6, 8, 9, 13, 14])
        #expect(error.failure.failureClass == .configuration)
        #expect(error.failure.code == "config.invalid")
        #expect(error.failure.message.hasSuffix("(and 5 more)"))
        let told = error.text(for: .error)
        #expect(told.contains("wherry.yaml:6:7: unknown key \"endpont\"; did you mean \"endpoint\"?\n"))
        #expect(!told.contains(ConfigWorld.literal))
    }

    @Test func everyRemedyIsASentence() throws {
        let text =
            "catalog: ~x\nsources: 7\nsinks: {}\nserve: { listen: ':1', keys: [{ secret_id: 'env:$X', secret_key: 7 }] }\n"
        let error = try #require(throws: ConfigError.self) { _ = try ConfigWorld().read(text) }
        #expect(error.problems.count == 6)
        for problem in error.problems { #expect(problem.remedy?.hasSuffix(".") != false) }
    }
}
