import TestProcesses
import Testing
import WherryTestSupport

/// Starts one object store for all tests of a suite.
struct StoreTrait: SuiteTrait, TestScoping {
    /// Which one.
    enum Kind: Sendable {
        case seaweed
        case moto
    }

    @TaskLocal static var current: ObjectStore?

    let kind: Kind

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        switch kind {
        case .seaweed:
            try await ObjectStore.withSeaweed { store in
                try await Self.$current.withValue(store) { try await function() }
            }
        case .moto:
            try await ObjectStore.withMoto { store in
                try await Self.$current.withValue(store) { try await function() }
            }
        }
    }
}

extension Trait where Self == StoreTrait {
    /// One SeaweedFS for all tests of the suite.
    static var seaweed: Self { StoreTrait(kind: .seaweed) }
    /// One moto for all tests of the suite.
    static var moto: Self { StoreTrait(kind: .moto) }
}
