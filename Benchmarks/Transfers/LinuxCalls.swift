import Foundation

/// Calls of Linux that Swift's module of the C library leaves out, looked up by name.
struct LinuxCalls {
    typealias Splice = @convention(c) (Int32, OpaquePointer?, Int32, OpaquePointer?, Int, UInt32) -> Int
    typealias PreciselyPoll =
        @convention(c) (UnsafeMutablePointer<pollfd>, nfds_t, UnsafePointer<timespec>, OpaquePointer?) -> Int32

    /// `fcntl`'s F_SETPIPE_SZ.
    static let setPipeSize: Int32 = 1031
    /// SPLICE_F_MOVE and SPLICE_F_NONBLOCK.
    static let spliceFlags: UInt32 = 3

    let splice: Splice
    let ppoll: PreciselyPoll

    init() throws {
        let program = dlopen(nil, RTLD_NOW)
        guard let splice = dlsym(program, "splice"), let ppoll = dlsym(program, "ppoll") else {
            throw TrialError("This system has no splice or ppoll.")
        }
        self.splice = unsafeBitCast(splice, to: Splice.self)
        self.ppoll = unsafeBitCast(ppoll, to: PreciselyPoll.self)
    }
}
