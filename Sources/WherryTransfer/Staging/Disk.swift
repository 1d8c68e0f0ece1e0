import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The calls that put bytes on a disk, each of which can fail; tests put a fault before any of them.
package struct Disk: Sendable {
    /// A step of staging and publishing a file.
    package enum Step: String, Sendable, Hashable, CaseIterable {
        case create, preallocate, write, read, note, truncate, syncAll, syncFile, rename, syncFolder
    }

    /// Gives the error number that a step on a file is to fail with; nil to let it happen.
    private let fault: (@Sendable (Step, String) -> Int32?)?
    /// Where calls may block.
    let threads: DiskThreads

    /// The real disk.
    ///
    /// - Parameters:
    ///   - owner: who uses it, such as a sink: its calls block nobody else's; nil for whom it does not matter.
    ///   - fault: faults for it.
    package init(of owner: String? = nil, fault: (@Sendable (Step, String) -> Int32?)? = nil) {
        self.fault = fault
        threads = DiskThreads(of: owner)
    }

    /// Carries one call out, again while a signal interrupts it.
    ///
    /// - Parameter call: gives a negative number and sets `errno` when it fails.
    /// - Throws: ``Failure`` as ``SystemError/failure(_:_:_:)`` makes it.
    @discardableResult
    func perform<Number: SignedInteger>(
        _ step: Step,
        _ activity: String,
        _ path: String,
        _ call: () -> Number
    ) throws -> Number {
        if let number = fault?(step, path) { throw SystemError.failure(number, activity, path) }
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = SystemError.last
            if number != EINTR { throw SystemError.failure(number, activity, path) }
        }
    }
}
