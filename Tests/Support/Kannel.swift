// A real Kannel 1.4.5 (Debian's, unpacked by `make test` into .build/judges): bearerbox, smsbox, and Kannel's own fake SMS centres in place of the
// networks. What it was given arrives at one of them, which confirms it; what people say comes in by another, so that an SMS to them never
// goes there.

import Foundation
import Glibc

package final class Kannel {
    /// An SMS as it arrived at the network.
    package struct Arrival: Equatable {
        package let sender: String
        package let recipient: String
        package let text: String
    }

    private static let judges = RepositoryFolder.path + "/.build/judges"
    private static let network = "network"

    /// The port of `/cgi-bin/sendsms`.
    package let port: Int
    private let adminPort: Int
    private let phonePort: Int
    private let folder: TestFolder
    private var processes: [ChildProcess] = []
    private var phone: ChildProcess?

    /// Starts everything and waits until an SMS can pass both ways.
    ///
    /// - Parameters:
    ///   - port: of `/cgi-bin/sendsms`.
    ///   - inboundURL: where what people say is sent, without a query.
    package init(port: Int = LoopbackSocket.freePort(), inboundURL: String) throws {
        self.port = port
        adminPort = LoopbackSocket.freePort()
        phonePort = LoopbackSocket.freePort()
        folder = try TestFolder()
        let (boxPort, networkPort) = (LoopbackSocket.freePort(), LoopbackSocket.freePort())
        try folder.write(
            "kannel.conf",
            """
            group = core
            admin-port = \(adminPort)
            admin-password = judge
            admin-interface = 127.0.0.1
            smsbox-port = \(boxPort)
            smsbox-interface = 127.0.0.1
            box-allow-ip = "127.0.0.1"

            \(Self.smsc(Self.network, networkPort))

            \(Self.smsc("phones", phonePort))

            group = smsbox
            bearerbox-host = 127.0.0.1
            sendsms-port = \(port)
            sendsms-interface = 127.0.0.1

            group = sendsms-user
            username = relais
            password = kannel-password
            concatenation = true
            max-messages = 10

            group = sms-service
            keyword = default
            catch-all = true
            get-url = "\(inboundURL)?from=%p&to=%P&text=%a&id=%I"
            accept-x-kannel-headers = false
            max-messages = 0

            """)
        processes.append(try start("kannel/usr/sbin/bearerbox", ["-v", "2", folder.path + "/kannel.conf"]))
        try wait("smsc \(Self.network)") { $0.contains("\(Self.network)]") }
        processes.append(try fakeCentre(networkPort, saying: "0 0 text -", into: "network.log"))
        processes.append(try start("kannel/usr/sbin/smsbox", ["-v", "2", folder.path + "/kannel.conf"]))
        try wait("smsbox") { $0.contains("smsbox:") && $0.contains("FAKE:\(networkPort) (online") }
    }

    /// What a gateway's `relais.json` says of it.
    package static func provider(port: Int) -> String {
        """
        { kind: "sms", profile: "kannel", baseURL: "http://127.0.0.1:\(port)",
          parameters: { username: "relais", password: "kannel-password", smsc: "\(network)" } }
        """
    }

    /// Somebody writes an SMS; what was said before must have been heard, because a centre has one line.
    package func say(_ text: String, from person: String, to number: String) throws {
        if let phone {
            phone.send(signal: SIGKILL)
            _ = try phone.waitForEnd()
            try wait("phones to hang up") {
                $0.contains("FAKE:\(phonePort) (connecting")
                    || $0.contains("FAKE:\(phonePort) (re-connecting")
            }
        }
        phone = try fakeCentre(phonePort, saying: "\(person) \(number) text \(text)", into: "phones.log")
    }

    /// What arrived at the network, in its order; a text in several parts is as many.
    package func arrivals() throws -> [Arrival] {
        try String(decoding: folder.bytes(of: "network.log"), as: UTF8.self).split(separator: "\n")
            .compactMap { line in
                guard let start = line.range(of: ": <"), line.contains("Got message"), line.hasSuffix(">")
                else { return nil }
                // `sender recipient text …`, or of a part `sender recipient udh … data …`, its bytes as in a URL.
                let words = line[start.upperBound...].dropLast().split(separator: " ", maxSplits: 3)
                    .map(String.init)
                guard words.count == 4 else { return nil }
                let part = words[3].split(separator: " data ", maxSplits: 1).last ?? ""
                return Arrival(
                    sender: words[0], recipient: words[1],
                    text: words[2] == "text"
                        ? words[3]
                        : part.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? "")
            }
    }

    private static func smsc(_ name: String, _ port: Int) -> String {
        """
        group = smsc
        smsc = fake
        smsc-id = \(name)
        host = 127.0.0.1
        port = \(port)
        connect-allow-ip = 127.0.0.1
        allowed-smsc-id = \(name)
        """
    }

    /// One says its message when it is connected, and then shows what it is given.
    private func fakeCentre(_ port: Int, saying message: String, into file: String) throws -> ChildProcess {
        try start(
            "kannel-extras/usr/lib/kannel/test/fakesmsc",
            ["-H", "127.0.0.1", "-r", "\(port)", "-i", "0.01", "-m", "1", message], into: file)
    }

    private func start(_ program: String, _ words: [String], into file: String = "kannel.log") throws
        -> ChildProcess
    {
        let path = "\(Self.judges)/\(program)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestFailure("\(path) is not there: make test installs it")
        }
        let output = open("\(folder.path)/\(file)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer {
            close(output)
            close(null)
        }
        let libraries = ["libct4", "libhiredis0.14", "libmariadb3", "libpcre3", "libpq5"].flatMap { package in
            ["lib", "usr/lib"].map { "\(Self.judges)/\(package)/\($0)/x86_64-linux-gnu" }
        }
        return try ChildProcess(
            path, words,
            environment: ["LD_LIBRARY_PATH": libraries.joined(separator: ":"), "PATH": "/usr/bin:/bin"],
            input: null, output: output, error: output)
    }

    /// Waits until bearerbox says so of itself.
    private func wait(_ what: String, until condition: (String) -> Bool) throws {
        let client = HTTPClient(port: adminPort)
        let answer: Bool? = Patience.wait(atMostSeconds: 60) {
            guard let status = try? client.send("GET", "/status.txt?password=judge") else { return nil }
            return condition(status.text) ? true : nil
        }
        guard answer == nil else { return }
        let log = (try? folder.bytes(of: "kannel.log")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        throw TestFailure("Kannel: no \(what):\n\(log)")
    }
}
