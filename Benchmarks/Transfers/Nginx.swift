import Foundation

/// A web server of our own on the loopback interface.
struct Nginx {
    let port: UInt16
    private let child: Child

    /// Starts the server for `folder`/www and waits until it listens.
    init(folder: String) throws {
        port = try Socket.freePort()
        let file = "\(folder)/nginx.conf"
        try Self.configuration(folder: folder, port: port).write(toFile: file, atomically: false, encoding: .utf8)
        let arguments = ["-e", "\(folder)/nginx-error.log", "-p", folder, "-c", file]
        child = try Child(Programs.nginx, arguments, log: "\(folder)/nginx.log", home: folder)
        do {
            try Socket.awaitListener(port)
        } catch {
            child.end()
            throw error
        }
    }

    /// Stops it.
    func end() { child.end() }

    /// A file's address.
    func link(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }

    /// The address at which each response is limited to 20 MiB/s, after what nginx grants for its first second.
    func limitedLink(_ name: String) -> String { "http://127.0.0.1:\(port)/limited/\(name)" }

    private static func configuration(folder: String, port: UInt16) -> String {
        """
        daemon off;
        \(getuid() == 0 ? "user root;" : "")
        worker_processes 2;
        pid \(folder)/nginx.pid;
        error_log \(folder)/nginx-error.log;
        events { worker_connections 1024; }
        http {
            access_log off;
            default_type application/octet-stream;
            sendfile on;
            tcp_nopush on;
            keepalive_requests 1000000;
            client_body_temp_path \(folder)/nginx-body;
            proxy_temp_path \(folder)/nginx-proxy;
            fastcgi_temp_path \(folder)/nginx-fastcgi;
            uwsgi_temp_path \(folder)/nginx-uwsgi;
            scgi_temp_path \(folder)/nginx-scgi;
            server {
                listen 127.0.0.1:\(port) backlog=1024;
                root \(folder)/www;
                location /limited/ { alias \(folder)/www/; limit_rate \(LimitedServer.rate >> 20)m; }
            }
        }
        """
    }
}
