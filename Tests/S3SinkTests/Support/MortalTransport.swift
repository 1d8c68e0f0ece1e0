import Synchronization
import WherryCore
import WherryPluginKit

/// Passes requests on until a process would have been killed, and after that none.
final class MortalTransport: HTTPTransport, PluginNotes {
    private let http: any HTTPTransport
    private let notes: any PluginNotes
    private let count = Mutex(0)
    /// The step at which it dies; nil for never.
    private let dying: Int?

    init(_ http: any HTTPTransport, notes: any PluginNotes, dyingAt dying: Int? = nil) {
        (self.http, self.notes, self.dying) = (http, notes, dying)
    }

    /// How many steps were taken: two for each request and each note, before and after it.
    var steps: Int { count.withLock { $0 } }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        try step()
        let response = try await http.send(request)
        try step()
        return response
    }

    func notes(under prefix: String) async throws -> [String: String] { try await notes.notes(under: prefix) }

    func note(_ key: String, _ value: String?) async throws {
        try step()
        try await notes.note(key, value)
        try step()
    }

    private func step() throws {
        let step = count.withLock { count in
            count += 1
            return count
        }
        if let dying, step >= dying { throw CancellationError() }
    }
}

/// Eats the answers to some requests, after the store has done what they ask.
final class EatingTransport: HTTPTransport {
    private let http: any HTTPTransport
    private let left: Mutex<Int>
    private let fits: @Sendable (HTTPExchangeRequest) -> Bool

    /// Eats so many answers to requests that fit.
    init(_ http: any HTTPTransport, _ count: Int, where fits: @escaping @Sendable (HTTPExchangeRequest) -> Bool) {
        (self.http, self.fits) = (http, fits)
        left = Mutex(count)
    }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        let response = try await http.send(request)
        guard fits(request) else { return response }
        let isEaten = left.withLock { left in
            left -= 1
            return left >= 0
        }
        guard !isEaten else { throw Failure(.transient, code: "http.cut", "The answer was eaten.") }
        return response
    }
}

extension HTTPExchangeRequest {
    /// Whether it asks for the object to be made.
    var isComplete: Bool { method == "POST" && url.contains("uploadId=") }
    /// Whether it starts an upload.
    var isCreate: Bool { method == "POST" && url.contains("uploads=") }
    /// Whether it drops an upload.
    var isAbort: Bool { method == "DELETE" && url.contains("uploadId=") }
}
