import SystemPackage
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The three standard streams of a child that is about to start: its ends, and ours.
struct ChildEnds {
    /// One stream; without an end of ours it is the null device.
    struct Stream {
        var ours: Int32?
        var childs: FileDescriptor
    }

    let input: Stream
    let output: Stream
    let error: Stream

    /// Opens them; none stays open when one cannot be had.
    init(readsNothing: Bool, isDiscarded: Bool) throws {
        var made: [Stream] = []
        do {
            made.append(try readsNothing ? Self.null(.readOnly) : Self.pipe(weWrite: true))
            made.append(try isDiscarded ? Self.null(.writeOnly) : Self.pipe(weWrite: false))
            made.append(try Self.pipe(weWrite: false))
        } catch {
            for stream in made {
                try? stream.childs.close()
                if let ours = stream.ours { close(ours) }
            }
            throw error
        }
        (input, output, error) = (made[0], made[1], made[2])
    }

    private static func pipe(weWrite: Bool) throws -> Stream {
        let ends = try PipeEnds.make(weWrite: weWrite)
        return Stream(ours: ends.ours, childs: FileDescriptor(rawValue: ends.childs))
    }

    private static func null(_ mode: FileDescriptor.AccessMode) throws -> Stream {
        do {
            return Stream(ours: nil, childs: try FileDescriptor.open("/dev/null", mode, options: .closeOnExec))
        } catch {
            throw Failure.wrap(error, during: "opening /dev/null")
        }
    }
}
