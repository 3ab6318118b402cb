// The shipped nginx configuration in a real nginx before the server: what nginx took for a request is what the handler gets, one for one,
// and nothing that hides in another one's bytes. Only the forwarded paths come through, and no token enters nginx's log.

import Foundation
import Glibc
import HTTPServer
import Support
import Testing

struct ProxyTests {
    /// A real nginx with `Outbox/deploy/nginx.conf`, in clear on a loopback port, in front of a server.
    final class Proxy {
        let port: Int
        private let folder: TestFolder
        private let process = Process()

        init(to server: Int) throws {
            folder = try TestFolder(isShared: true)
            port = LoopbackSocket.freePort()
            var site = try RepositoryFolder.text(of: "Outbox/deploy/nginx.conf")
            let changes = [
                ("127.0.0.1:8025", "127.0.0.1:\(server)"),
                ("listen 80;", "listen 127.0.0.1:\(LoopbackSocket.freePort());"),
                ("    listen [::]:80;\n", ""), ("listen 443 ssl http2;", "listen 127.0.0.1:\(port);"),
                ("    listen [::]:443 ssl http2;\n", ""), ("    ssl_certificate CERTIFICATE.PEM;\n", ""),
                ("    ssl_certificate_key KEY.PEM;\n", ""), ("    ssl_protocols TLSv1.2 TLSv1.3;\n", ""),
                ("GW.EXAMPLE.COM", "_"),
                (
                    "access_log /var/log/nginx/relais.log relais;",
                    "access_log \(folder.path)/shipped.log relais; access_log \(folder.path)/seen.log seen;"
                ),
                ("client_header_timeout 10s;", "client_header_timeout 1s;"),
                ("client_body_timeout 30s;", "client_body_timeout 1s;"),
            ]
            for (shipped, tried) in changes {
                guard site.contains(shipped) else { throw TestFailure("nginx.conf has no \(shipped)") }
                site = site.replacing(shipped, with: tried)
            }
            try folder.write("relais.conf", site)
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                "\($0)_temp_path \(folder.path)/\($0);"
            }
            try folder.write(
                "nginx.conf",
                """
                daemon off; master_process off; pid \(folder.path)/pid; error_log \(folder.path)/error.log;
                events { worker_connections 1024; }
                http {
                    log_format seen '$request_method $uri $upstream_status';
                    access_log off; keepalive_timeout 300ms;
                    \(temporary.joined(separator: " "))
                    include \(folder.path)/relais.conf;
                }
                """)
            process.executableURL = URL(
                fileURLWithPath: RepositoryFolder.path + "/.build/judges/nginx/usr/sbin/nginx")
            process.arguments = [
                "-p", folder.path, "-c", folder.path + "/nginx.conf", "-e", folder.path + "/error.log",
            ]
            try process.run()
            let port = port
            guard Patience.wait({ try? RawConnection(port: port) }) != nil else {
                throw TestFailure("nginx does not listen: \(try text("error.log"))")
            }
        }

        deinit {
            // SIGKILL, because a child of a pool thread inherits its blocked SIGTERM and would never see one.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }

        func text(_ log: String) throws -> String {
            String(decoding: try folder.bytes(of: log), as: UTF8.self)
        }

        /// Method and path of every request that nginx handed on, in its order.
        func forwarded() throws -> [String] {
            var requests: [String] = []
            for line in try text("seen.log").split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                if words.count == 3, words[2] != "-" { requests.append(words[0] + " " + words[1]) }
            }
            return requests
        }
    }

    @Test func nothingHiddenComesThroughNginx() throws {
        let server = try TestServer()
        let proxy = try Proxy(to: server.port)
        let meant = SmugglingTests.meant.map { ($0.name, $0.bytes) }
        let vectors = SmugglingTests.refused.map { ($0.name, $0.bytes) } + meant
        #expect(vectors.count >= 120)
        // All at once, each with paths of its own: nginx waits for some that are not complete.
        let connections = try vectors.enumerated().map { index, vector in
            let connection = try RawConnection(port: proxy.port)
            var bytes = vector.1
            for (path, own) in [
                ("http://A/1", "http://A/u/one"), ("/first", "/u/first"), ("/smuggled", "/v1/smuggled"),
                (" /1", " /u/one"), (" /2", " /u/two"),
            ] {
                bytes = bytes.replacing(path, with: "\(own)-\(index)-")
            }
            connection.send(bytes)
            return connection
        }
        for connection in connections { _ = try? connection.readToEnd() }
        // nginx is more lenient than the server, so that some vectors are two requests to it; what counts is that both agree. It writes its
        // log when it is done with a request, and the server's gate may refuse what nginx hands on.
        let entries = server.entries.sorted()
        let surplus = try Patience.wait { () -> Bool? in
            var forwarded = try proxy.forwarded()
            for entry in entries {
                guard let index = forwarded.firstIndex(of: entry) else { return nil }
                forwarded.remove(at: index)
            }
            return true
        }
        let forwarded = try proxy.forwarded()
        #expect(surplus == true, "\(entries) of \(forwarded)")
        #expect(entries.count > 20)
    }

    @Test func onlyWhatIsMeantForOutsideIsForwardedAndNoTokenIsLogged() throws {
        let server = try TestServer()
        let proxy = try Proxy(to: server.port)
        func status(_ path: String, body: Int = 0) throws -> Int {
            try RawConnection(port: proxy.port).exchange(
                "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(body)\r\n\r\n"
                    + String(repeating: "x", count: body)
            ).status
        }
        for path in [
            "/v1/messages", "/u/SECRET", "/c/SECRET", "/m/SECRET", "/hooks/twilio/SECRET?x=SECRET",
            "/openapi.json",
        ] {
            #expect(try status(path) == 200, "\(path)")
        }
        let entries = server.entries
        for path in [
            "/", "/healthz", "/readyz", "/metrics", "/v1", "/v2/messages", "/V1/messages", "/openapi.json/x",
            "/admin",
            "/u/../metrics", "/u/%2e%2e/metrics", "//metrics",
        ] {
            #expect(try status(path) == 404, "\(path)")
        }
        #expect(server.entries == entries)
        #expect(try status("/v1/messages", body: 300_000) == 413)
        #expect(try status("/v1/messages/batch", body: 300_000) == 200)
        let log = try Patience.wait {
            let log = try proxy.text("shipped.log")
            return log.split(separator: "\n").count >= 20 ? log : nil
        }
        #expect(log?.contains("POST /u/- 200") == true && log?.contains("POST /v1/messages 413") == true)
        #expect(log?.contains("SECRET") == false)
    }

    @Test func nginxSaysWhoAVisitorIsAndNamesTheRequest() throws {
        var configuration = HTTPServerConfiguration()
        configuration.trustedProxies = TrustedProxies([try #require(IPNetwork("127.0.0.1"))])
        let server = try TestServer(configuration) {
            let client = $0.client?.bytes.map(String.init).joined(separator: ".") ?? "none"
            $1.respond(HTTPResponse(status: 200, body: Array(client.utf8)))
        }
        let proxy = try Proxy(to: server.port)
        let given = "ffffffffffffffffffffffffffffffff"
        let answer = try RawConnection(port: proxy.port, from: "127.0.0.2").exchange(
            "GET /m/x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Request-Id: \(given)\r\n"
                + "Connection: close\r\n\r\n")
        #expect(answer.text == "127.0.0.2")
        let id = try #require(answer.header("X-Request-Id"))
        #expect(id != given && id.utf8.count == 32)
        let log = try Patience.wait {
            let log = try proxy.text("shipped.log")
            return log.isEmpty ? nil : log
        }
        #expect(log?.contains(id) == true, "the two logs have the request's id in common")
    }

    @Test func caddyTakesTheShippedConfiguration() throws {
        let folder = try TestFolder()
        let path = RepositoryFolder.path + "/Outbox/deploy/Caddyfile"
        let judged = try Judge.run(
            "caddy/usr/bin/caddy", ["validate", "--config", path, "--adapter", "caddyfile"], in: folder,
            environment: ["HOME": folder.path])
        #expect(judged.code == 0 && judged.text.contains("Valid configuration"), "\(judged.text)")
    }
}
