// A gateway as a service: what its manager hears and when, and the shipped unit, judged by systemd itself.

import Foundation
import Runtime
import Support
import Testing

@Suite struct ServiceTests {
    @Test func theManagerHearsOfTheStartWhenBothPortsAnswerAndOfTheStop() throws {
        let home = try TestHome()
        let ports = [LoopbackSocket.freePort(), LoopbackSocket.freePort()]
        try home.write(
            "relais.json",
            """
            { listen: "127.0.0.1:\(ports[0])", opsListen: "127.0.0.1:\(ports[1])", publicURL: "https://a.example",
              providers: { main: \(TestHome.capture) }, routes: { email: ["main"] } }
            """)
        let answers = Lock<[Int]>([])
        let manager = try DatagramReceiver(name: "@relais-\(UUID().uuidString)") { state in
            guard state == "READY=1" else { return }
            for (port, path) in zip(ports, ["/openapi.json", "/readyz"]) {
                let status = (try? HTTPClient(port: port).send("GET", path))?.status ?? 0
                answers.withLock { $0.append(status) }
            }
        }
        let gateway = try home.serve(environment: ["NOTIFY_SOCKET": manager.name])
        #expect(try manager.wait(for: 1) == ["READY=1"])
        #expect(answers.withLock { $0 } == [200, 200])
        try home.write("relais.json", "{")
        #expect(try gateway.reload().contains("reload-refused"))
        let states = try manager.wait(for: 3)
        #expect(states[1].hasPrefix("RELOADING=1\nMONOTONIC_USEC=") && states[2] == "READY=1")
        #expect(try gateway.stop() == 0)
        #expect(try manager.wait(for: 4)[3] == "STOPPING=1")
    }

    @Test func systemdTakesTheShippedUnit() throws {
        let folder = try TestFolder()
        let shipped = try RepositoryFolder.text(of: "Outbox/deploy/relais.service")
        let program = "/opt/relais/bin/relais"
        #expect(shipped.contains("ExecStart=\(program) "))
        try folder.write("relais.service", shipped.replacing(program, with: Relais.executable))
        let verified = try analyze(["verify", "--man=no", folder.path + "/relais.service"])
        #expect(verified.code == 0 && verified.text.isEmpty, "\(verified.text)")
        // 0 is the safest: "exposed" begins at 7, "medium" at 5, "ok" at 2.
        let judged = try analyze([
            "security", "--no-pager", "--offline=true", "--threshold=15", folder.path + "/relais.service",
        ])
        #expect(judged.code == 0, "\(judged.text)")
    }

    private func analyze(_ words: [String]) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/systemd-analyze")
        process.arguments = words
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
