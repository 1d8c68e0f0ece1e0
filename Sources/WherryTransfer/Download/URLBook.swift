import Synchronization
import WherryCore
import WherryPluginKit

/// The URLs that a transfer was given, by their numbers; asks the lease for more.
final class URLBook: Sendable {
    private let file: ResolvedFile
    private let clock: any WallClock
    private let urls = Mutex<[IssuedURL]>([])

    init(of file: ResolvedFile, clock: any WallClock) {
        self.file = file
        self.clock = clock
    }

    /// The URL of that number, which ``obtain(_:)`` gave out.
    subscript(generation: Int) -> IssuedURL { urls.withLock { $0[generation] } }

    /// Gets a URL.
    func obtain(_ wish: TransferMachine.Wish) async -> TransferMachine.Event {
        do {
            let old = wish.after.map { self[$0] }
            return .granted(add(try await url(wish, after: old)))
        } catch {
            return .notGranted(Failure.wrap(error, during: "getting a URL of \(file.file.name)"))
        }
    }

    private func url(_ wish: TransferMachine.Wish, after old: IssuedURL?) async throws -> IssuedURL {
        let networks = file.lease.networks
        if let old { return try await file.lease.renew(after: old, because: wish.isRefused ? .refused : .aging) }
        guard !wish.overOther else { return try await file.lease.url(on: networks.preferred.other) }
        return try await file.lease.preferredURL()
    }

    private func add(_ url: IssuedURL) -> TransferMachine.Grant {
        let generation = urls.withLock { urls in
            urls.append(url)
            return urls.count - 1
        }
        let networks = file.lease.networks
        return TransferMachine.Grant(
            generation: generation,
            remaining: url.expiresAt - clock.now,
            life: url.expiresAt - url.issuedAt,
            isOther: url.network != networks.preferred,
            hasOther: networks.fallback == .whenUnreachable
        )
    }
}

extension Lease {
    /// A URL on the preferred network; on the other where none was issued for that one, if the choice allows it.
    func preferredURL() async throws -> IssuedURL {
        do {
            return try await url(on: networks.preferred)
        } catch let failure as Failure where failure.code == "lease.no-url" && networks.fallback == .whenUnreachable {
            return try await url(on: networks.preferred.other)
        }
    }
}
