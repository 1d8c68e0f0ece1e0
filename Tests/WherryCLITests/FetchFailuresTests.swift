import Testing
import WherryCore

@testable import WherryCLI

struct FetchFailuresTests {
    private func exitCode(_ classes: [FailureClass], of files: Int) -> Int32? {
        let failures = FetchFailures()
        for failureClass in classes { failures.note(Failure(failureClass, code: "a.b", "")) }
        return failures.exitCode(of: files)
    }

    @Test func isThreeWhenSomeFilesAreThere() {
        #expect(exitCode([], of: 2) == nil)
        #expect(exitCode([.corrupt], of: 2) == 3)
        #expect(exitCode([.corrupt, .transient], of: 3) == 3)
    }

    @Test func isThatOfTheFirstWhenNoneIs() {
        #expect(exitCode([.corrupt], of: 1) == 65)
        #expect(exitCode([.notFound, .corrupt, .corrupt], of: 3) == 66)
    }
}
