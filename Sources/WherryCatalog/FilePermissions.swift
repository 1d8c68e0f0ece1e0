#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Takes the rights of everybody but the owner away; a copy on a file system without rights stays as it is.
func chmodPrivate(_ path: String) {
    _ = chmod(path, 0o600)
}
