import Hummingbird
import Logging

/// The least that the HTTP library can do for a request: what the service is measured against.
@main
enum Hello {
    static func main() async throws {
        let router = Router()
        // The second is for the very requests that the service is asked, so that their load generator takes as much.
        router.get("hello") { _, _ in "hello" }
        router.get("v2/index.php") { _, _ in "hello" }
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            logger: Logger(label: "hello") { _ in SwiftLogNoOpLogHandler() }
        )
        try await application.runService()
    }
}
