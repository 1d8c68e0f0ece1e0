extension FaultServer {
    /// Runs `body` with a server that is gone afterwards: ports, connections and threads.
    ///
    /// - Throws: ``FaultServerError`` when no port can be had, and what `body` throws.
    package static func with<R: Sendable>(
        _ behavior: FaultBehavior,
        object: FaultObject,
        settings: FaultSettings = FaultSettings(),
        _ body: @Sendable (FaultServer) async throws -> R
    ) async throws -> R {
        let server = try FaultServer(behavior, object: object, settings: settings)
        server.start()
        let result: Result<R, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        return try result.get()
    }
}
