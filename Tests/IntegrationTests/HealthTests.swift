// `/healthz` and `/readyz` on the operators' listener: ready, capturing, stopped; and neither is on the public one.

import Foundation
import Support
import Testing

@Suite struct HealthTests {
    @Test func aCapturingGatewayIsReadyAndSaysThatItCaptures() throws {
        let home = try TestHome()
        let gateway = try home.serve()
        let live = try gateway.operations.send("GET", "/healthz")
        #expect(live.status == 200)
        #expect(try live.json()["status"].string == "ok")
        let ready = try gateway.operations.send("GET", "/readyz")
        #expect(ready.status == 200)
        #expect(try ready.json()["status"].string == "ready")
        #expect(try ready.json()["store"].string == "ok")
        #expect(try ready.json()["providers"][0]["name"].string == "main")
        #expect(try ready.json()["providers"][0]["capture"].bool == true)
        #expect(try ready.json()["providers"][0]["stopped"].isNull)
        #expect(try gateway.operations.send("HEAD", "/readyz").status == 200)
        #expect(try gateway.operations.send("POST", "/readyz", body: []).status == 405)
        for path in ["/healthz", "/readyz"] {
            #expect(try gateway.client.send("GET", path).status == 404, "not on the public listener")
        }
        #expect(try gateway.operations.send("POST", "/v1/messages", body: []).status == 404)
        #expect(try home.succeed(["outbox", "list"]).error.contains("captured to disk"))
    }

    @Test func aStoppedProviderMakesTheGatewayNotReadyAndKeepsTheMessage() throws {
        let server = ScriptedSMTPServer { step, _, _ in
            step == .mail ? .reply("530 5.7.0 Authentication required") : nil
        }
        defer { server.stop() }
        let home = try TestHome(provider: TestHome.relay(server.port))
        let key = try home.key()
        let gateway = try home.serve()
        #expect(try gateway.operations.send("GET", "/readyz").status == 200)
        let id = try #require(try gateway.accept(SampleMessage("stopped@example.com"), key: key)["id"].string)
        try gateway.waitForLog("provider-stopped")
        let ready = try gateway.operations.send("GET", "/readyz")
        #expect(ready.status == 503)
        #expect(try ready.json()["status"].string == "not-ready")
        #expect(try ready.json()["providers"][0]["stopped"].string == "5.7.0")
        #expect(try gateway.operations.send("GET", "/healthz").status == 200)
        let kept = try Patience.wait {
            let view = try home.message(id)
            return view["state"].string == "queued" ? view : nil
        }
        #expect(kept?["attempts"][0]["outcome"].string == "deferred")
        #expect(try gateway.stop() == 0)
    }
}
