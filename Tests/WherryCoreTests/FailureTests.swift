import Testing
import WherryCore

@Suite struct FailureTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var failureClass: FailureClass
        var exitCode: Int32
        var httpStatus: Int
        var isRetryable = false
        var testDescription: String { failureClass.rawValue }
    }

    static let table: [Row] = [
        Row(failureClass: .usage, exitCode: 64, httpStatus: 400),
        Row(failureClass: .configuration, exitCode: 78, httpStatus: 422),
        Row(failureClass: .authentication, exitCode: 77, httpStatus: 502),
        Row(failureClass: .notFound, exitCode: 66, httpStatus: 404),
        Row(failureClass: .conflict, exitCode: 73, httpStatus: 409),
        Row(failureClass: .transient, exitCode: 75, httpStatus: 503, isRetryable: true),
        Row(failureClass: .exhausted, exitCode: 74, httpStatus: 507),
        Row(failureClass: .corrupt, exitCode: 65, httpStatus: 500),
        Row(failureClass: .unsupported, exitCode: 69, httpStatus: 501),
        Row(failureClass: .cancelled, exitCode: 130, httpStatus: 503),
        Row(failureClass: .internal, exitCode: 70, httpStatus: 500),
    ]

    @Test(arguments: table) func aClassDecidesEverything(row: Row) {
        #expect(row.failureClass.exitCode == row.exitCode)
        #expect(row.failureClass.httpStatus == row.httpStatus)
        #expect(row.failureClass.isRetryable == row.isRetryable)
    }

    @Test func theTableIsComplete() {
        #expect(Self.table.map(\.failureClass) == FailureClass.allCases)
        #expect(Set(Self.table.map(\.exitCode)).count == Self.table.count)
    }

    @Test func wrapsOtherErrors() {
        struct Surprise: Error { var secret = "SECRET" }
        let failure = Failure(.corrupt, code: "a.b", "Bytes differ.")
        #expect(Failure.wrap(failure, during: "reading") == failure)
        #expect(Failure.wrap(CancellationError(), during: "reading").failureClass == .cancelled)
        let wrapped = Failure.wrap(Surprise(), during: "reading")
        #expect(wrapped.failureClass == .internal)
        #expect(wrapped.remedy != nil)
        #expect(!"\(wrapped) \(String(reflecting: wrapped))".contains("SECRET"))
    }

    @Test func printsItsMessage() {
        #expect("\(Failure(.usage, code: "a.b", "No such flag."))" == "No such flag.")
    }
}
