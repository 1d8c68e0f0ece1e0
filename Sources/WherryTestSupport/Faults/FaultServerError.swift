/// Why a ``FaultServer`` could not start.
package struct FaultServerError: Error, CustomStringConvertible {
    /// The system call that failed.
    package let call: String
    /// The system's error number.
    package let number: Int32

    /// One sentence with the call and the number.
    package var description: String { "\(call) failed with error number \(number)." }
}
