#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One of the two streams that people and scripts read.
///
/// Results go to standard output, everything else to standard error. Colors and progress bars appear only on a terminal,
/// and never when `NO_COLOR` is set (no-color.org).
package struct Terminal: Sendable {
    /// Results.
    package static let output = Terminal(descriptor: 1)
    /// Everything else.
    package static let error = Terminal(descriptor: 2)

    /// What is piped in.
    package static let input = Terminal(descriptor: 0)

    private let descriptor: Int32

    /// Whether a person is looking.
    package var isInteractive: Bool { isatty(descriptor) == 1 }

    /// Whether colors are welcome.
    package var hasColor: Bool {
        guard isInteractive else { return false }
        return getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
    }

    /// The number of columns; 100 when nobody knows.
    package var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    /// Writes text as it is.
    ///
    /// A reader that has gone away is not an error of ours.
    package func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, 1_000)
                    continue
                }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Everything that is piped in, up to `limit` bytes.
    package func readAll(limit: Int) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a line.
    package func line(_ text: String = "") { write(text + "\n") }

    /// A provider's text made harmless: control characters, which a terminal may obey, become `�`.
    package static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
        return String(result)
    }

    /// C0 and C1 controls, and the marks that turn the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// `text` in a style, where colors are welcome.
    package func styled(_ text: String, _ style: Style) -> String {
        hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// What text may look like.
    package enum Style: String, Sendable {
        /// Headings.
        case bold = "1"
        /// Things of less weight.
        case dim = "2"
        /// Failures.
        case red = "31"
        /// Successes.
        case green = "32"
        /// Warnings.
        case yellow = "33"
        /// Names.
        case cyan = "36"
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
