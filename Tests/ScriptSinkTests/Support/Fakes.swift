import SystemPackage
import WherryCore
import WherryPluginKit

struct FixedClock: WallClock {
    let now: Timestamp
}

/// A lease on one URL for ever.
struct FixedLease: Lease {
    let issued: IssuedURL
    var networks: NetworkChoice { NetworkChoice(preferred: issued.network, fallback: .never) }

    func url(on network: Network) async throws -> IssuedURL { issued }
    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL { issued }
}

/// A transfer for sinks that only ask for links.
struct LinkOnly: Transfer {
    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile { throw Nothing.failure }
    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile { throw Nothing.failure }
    func link(_ file: ResolvedFile) async throws -> IssuedURL { try await file.lease.url(on: .intranet) }
}

/// The parts of a context that a script sink has no business with.
struct Nothing: HTTPTransport, APIObserver, Inventory, PluginNotes {
    static let failure = Failure(.internal, code: "test.unexpected", "A script sink asked for what it should not need.")

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse { throw Self.failure }
    func observed(_ call: APICall) async {}
    func instances() async throws -> [Instance] { throw Self.failure }
    func instance(_ id: Instance.ID) async throws -> Instance? { throw Self.failure }
    func backup(_ id: Backup.ID, of instance: Instance.ID) async throws -> Backup? { throw Self.failure }
    func backups(of instance: Instance.ID) async throws -> [Backup] { throw Self.failure }
    func files(of backup: Backup.ID, instance: Instance.ID) async throws -> [BackupFile] { throw Self.failure }
    func register(_ backup: Backup, of instance: Instance, files: [BackupFile]) async throws { throw Self.failure }
    func notes(under prefix: String) async throws -> [String: String] { throw Self.failure }
    func note(_ key: String, _ value: String?) async throws { throw Self.failure }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A URL whose query holds any printable ASCII character.
    mutating func url() -> String {
        let query = (0..<Int.random(in: 1...60, using: &self)).map { _ in
            Character(Unicode.Scalar(UInt8.random(in: 0x20...0x7E, using: &self)))
        }
        return "http://10.66.183.31:5500/download/dump.rdb?" + String(query)
    }

    /// The part of a URL behind the host, of every character that a URL may hold (RFC 3986, 3.3 and 3.4).
    mutating func target() -> String {
        let plain = Array("abcXYZ019-._~!$&'()*+,;=:@".unicodeScalars)
        let query = plain + Array("/?".unicodeScalars)
        func text(_ scalars: [Unicode.Scalar], _ count: Int) -> String {
            (0..<count).map { _ in
                if Int.random(in: 0..<8, using: &self) == 0 {
                    let byte = String(UInt8.random(in: 0...255, using: &self), radix: 16)
                    let digits = byte.count == 1 ? "0" + byte : byte
                    return "%" + (Bool.random(using: &self) ? digits : digits.uppercased())
                }
                return String(scalars[Int.random(in: 0..<scalars.count, using: &self)])
            }.joined()
        }
        let path = (0..<Int.random(in: 1...3, using: &self)).map { _ in
            "f" + text(plain, Int.random(in: 0...20, using: &self)) + "g"
        }
        return "/any/" + path.joined(separator: "/") + "?" + text(query, Int.random(in: 1...80, using: &self))
    }
}
