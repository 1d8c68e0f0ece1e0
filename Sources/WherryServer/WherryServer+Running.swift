package import Logging
package import ServiceLifecycle
import WherryCore

extension WherryServer {
    /// Follows the tasks that callers begin; run it beside ``application(host:port:logger:onReady:)``, and before it.
    package var tasks: some Service { TaskService(tasks: backend.tasks) }

    /// Listens while `body` works, then drains and stops.
    ///
    /// - Parameter body: given the port that it listens on.
    /// - Throws: ``Failure`` of class `conflict`, code `serve.cannot-listen`, when the port is taken; what `body` throws.
    package func listening<Value: Sendable>(
        on listener: ServerListener,
        logger: Logger,
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let ready = AsyncStream<Int>.makeStream()
        let application = application(listener, logger: logger) { port in
            ready.continuation.yield(port)
            ready.continuation.finish()
        }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: tasks), .init(service: application)], logger: logger)
        )
        return try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask {
                // A server that never comes to listen ends the wait for it.
                defer { ready.continuation.finish() }
                try await group.run()
                return nil
            }
            var ports = ready.stream.makeAsyncIterator()
            guard let actual = await ports.next() else {
                throw Failure(
                    .conflict,
                    code: "serve.cannot-listen",
                    "The server could not listen on \(listener.host):\(listener.port).",
                    remedy: "Another program may have the port; name another one."
                )
            }
            let result: Result<Value, any Error>
            do { result = .success(try await body(actual)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            while try await tasks.next() != nil {}
            return try result.get()
        }
    }
}
