import Foundation
import TestProcesses

/// A small HTTP server on 127.0.0.1 that notes every request line as it came.
struct FileServer: Sendable {
    let command: Command
    let port: Int
    let log: String

    /// Serves the files of `folder`.
    static func start(folder: String, scratch: String) async throws -> FileServer {
        let program = "\(scratch)/server.py"
        let log = "\(scratch)/requests.log"
        try Data(source.utf8).write(to: URL(fileURLWithPath: program))
        try Data().write(to: URL(fileURLWithPath: log))
        let command = try Command(
            ["python3", program, folder, log],
            in: scratch,
            environment: ["PATH": Tools.path, "PYTHONUNBUFFERED": "1"]
        )
        try await eventually { command.output.hasSuffix("\n") || !command.process.isRunning }
        guard let port = Int(command.output.dropLast()) else { throw CocoaError(.fileReadUnknown) }
        return FileServer(command: command, port: port, log: log)
    }

    /// Ends it.
    func stop() {
        command.process.signal(SIGKILL)
        command.process.wait()
    }

    /// `GET target|Range` of every request so far.
    var requests: [String] {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// `http://127.0.0.1:PORT` and the rest.
    func url(_ rest: String) -> String { "http://127.0.0.1:\(port)\(rest)" }

    /// The first path component says what to do.
    ///
    /// `file` serves the named file, ranges included; `any` serves dump.rdb, whatever the name; `whole` ignores ranges; `half`
    /// promises the file, sends half of it and hangs up; `slow` sends half and waits; a number is a status.
    private static let source = #"""
        import http.server, os, re, sys, time
        folder, log = sys.argv[1:]

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words): pass

            def answer(self, status, body, sent=None, headers=()):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers: self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[:sent])
                self.wfile.flush()

            def do_GET(self):
                target, span = self.requestline.split(" ")[1], self.headers.get("Range", "")
                with open(log, "a") as file: file.write("GET %s|%s\n" % (target, span))
                action, name = target[1:].split("?")[0].split("/", 1)
                if action == "html": return self.answer(200, b"<html>Sign in first</html>")
                if action == "302": return self.answer(302, b"", None, [("Location", "/file/" + name + "?moved")])
                if action.isdigit(): return self.answer(int(action), b"<Error>Request has expired</Error>")
                if action == "any": name = "dump.rdb"
                with open(os.path.join(folder, os.path.basename(name)), "rb") as file: body = file.read()
                if action == "whole": return self.answer(200, body)
                if action in ("half", "slow"):
                    self.answer(200, body, len(body) // 2)
                    if action == "slow": time.sleep(60)
                    self.close_connection = True
                    return
                match = re.fullmatch(r"bytes=(\d+)-", span)
                if not match: return self.answer(200, body)
                start = int(match[1])
                if start >= len(body): return self.answer(416, b"")
                span = "bytes %d-%d/%d" % (start, len(body) - 1, len(body))
                self.answer(206, body[start:], None, [("Content-Range", span)])

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print(server.server_address[1])
        server.serve_forever()
        """#
}
