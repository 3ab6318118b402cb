// A real Kannel as the provider: an SMS goes out through it and its receipts come back, and what people answer comes in through it. What arrived at
// the network is read from Kannel's own fake SMS centre.

import Foundation
import Support
import Testing

@Suite("Kannel as provider of SMS")
struct KannelTests {
    private static let phone = "+352621123456"

    /// A home, the Kannel that it sends by, and the gateway that runs on it.
    private struct Setting {
        let home: TestHome
        let kannel: Kannel
        let gateway: RelaisGateway
        let key: String

        init() throws {
            home = try TestHome()
            let (port, kannelPort) = (LoopbackSocket.freePort(), LoopbackSocket.freePort())
            try home.write(
                "relais.json",
                """
                {
                  listen: "127.0.0.1:\(port)", opsListen: "127.0.0.1:0", publicURL: "http://127.0.0.1:\(port)",
                  providers: { sms: \(Kannel.provider(port: kannelPort)) }, routes: { sms: ["sms"] },
                }
                """)
            // The URL that an operator is shown is the one that Kannel gets.
            let list = try home.succeed(["provider", "list"]).text
            let url = list.firstRange(of: /http:\/\/127\.0\.0\.1:\d+\/hooks\/sms\/[A-Za-z0-9_-]+/)
            kannel = try Kannel(
                port: kannelPort, inboundURL: String(list[try #require(url, "\(list)")]))
            gateway = try home.serve()
            key = try home.key("send,read")
        }

        /// Posts an SMS; the answer's message.
        func send(_ reference: String) throws -> JSONDocument {
            var message = SampleMessage("zoe@example.com")
            message.phone = KannelTests.phone
            message.reference = reference
            message.more = ["channels": ["sms"]]
            let answer = try HTTPClient(port: gateway.port).post(message: message.bytes, key: key)
            guard answer.status == 202 else { throw TestFailure("\(answer.status): \(answer.text)") }
            return try answer.json()
        }

        /// The view of a message, once it is in a state.
        func message(_ id: String, when state: String) throws -> JSONDocument {
            let view: JSONDocument? = try Patience.wait(atMostSeconds: 60) {
                let answer = try HTTPClient(port: gateway.port).send(
                    "GET", "/v1/messages/\(id)", [("Authorization", "Bearer \(key)")])
                let view = try answer.json()
                return view["state"].string == state ? view : nil
            }
            guard let view else { throw TestFailure("\(id) is not \(state): \(gateway.logText)") }
            return view
        }

        /// Sends one and waits until its receipt is there; what arrived at the network for it.
        func deliver(_ reference: String) throws -> (view: JSONDocument, arrival: Kannel.Arrival) {
            let id = try #require(try send(reference)["id"].string)
            let view = try message(id, when: "delivered")
            let text = String(decoding: try home.content(id), as: UTF8.self)
            let arrivals = try kannel.arrivals().filter { $0.text == text }
            guard arrivals.count == 1 else { throw TestFailure("\(text): \(try kannel.arrivals())") }
            return (view, arrivals[0])
        }

        /// The blocks of the phone, once there are so many.
        func blocks(_ count: Int) throws -> [JSONDocument] {
            let found: [JSONDocument]? = try Patience.wait(atMostSeconds: 60) {
                let blocks = try home.succeed([
                    "consent", "show", "--dealership", TestHome.dealership, "--phone", KannelTests.phone,
                    "--json",
                ]).document()["blocks"].elements
                return blocks.count == count ? blocks : nil
            }
            guard let found else { throw TestFailure("no \(count) blocks: \(gateway.logText)") }
            return found
        }

        func say(_ text: String) throws {
            try kannel.say(text, from: KannelTests.phone, to: "8200")
        }

        /// Waits until so many callbacks with a result were counted.
        func waitForCallbacks(_ result: String, _ count: Int) throws {
            let line = #"relais_callbacks_total{provider="sms",result="\#(result)"} \#(count)"#
            let seen: Bool? = try Patience.wait(atMostSeconds: 60) {
                let text = try HTTPClient(port: gateway.operationsPort).send("GET", "/metrics").text
                return text.contains(line) ? true : nil
            }
            if seen == nil { throw TestFailure("no \(line): \(gateway.logText)") }
        }
    }

    @Test func anSMSArrivesAndItsReceiptComesBack() throws {
        let setting = try Setting()
        let (view, arrival) = try setting.deliver("WO-1")
        #expect(arrival.sender == "GarageNord" && arrival.recipient == Self.phone)
        #expect(arrival.text.contains("/m/") && arrival.text.contains("Garage du Nord"))
        #expect(view["channel"].string == "sms" && view["attempts"].elements.count == 1)
        #expect(view["attempts"][0]["outcome"].string == "accepted")
        #expect(view["attempts"][0]["status"].string == "202")
        #expect(!setting.gateway.logText.contains("621123456"), "nobody's number is logged")
        #expect(try setting.gateway.stop() == 0)
    }

    @Test func whatPeopleAnswerIsHeard() throws {
        let setting = try Setting()
        _ = try setting.deliver("WO-1")

        try setting.say("Stop svp")
        let block = try setting.blocks(1)[0]
        #expect(block["event"].string == "objected" && block["scope"].string == "channel")
        #expect(block["channel"].string == "sms" && block["method"].string == "sms-keyword")
        let export = try setting.home.succeed(["dealership", "export", TestHome.dealership, "--json"]).text
        #expect(export.contains("Stop svp"), "the text is the evidence")
        let blocked = try setting.send("WO-2")
        #expect(blocked["state"].string == "blocked")
        #expect(blocked["reason"]["entry"].string == block["id"].string)
        try setting.say("HELP")
        try setting.waitForCallbacks("help", 1)

        try setting.say("START")
        _ = try setting.blocks(0)
        _ = try setting.deliver("WO-3")
        #expect(try setting.gateway.stop() == 0)
        let texts = try setting.kannel.arrivals().map(\.text)
        #expect(texts.count == 2, "whoever said STOP gets no answer to HELP either: \(texts)")
    }

    @Test func helpIsAnsweredOnceADay() throws {
        let setting = try Setting()
        _ = try setting.deliver("WO-1")
        try setting.say("Info ?")
        try setting.waitForCallbacks("help", 1)
        try setting.say("HELP")
        try setting.waitForCallbacks("help", 2)
        let introductions = try setting.home.messages().filter { $0["template"].string == "who-writes" }
        #expect(introductions.count == 1)
        let view = try setting.message(try #require(introductions.first?["id"].string), when: "delivered")
        #expect(view["channel"].string == "sms")
        #expect(try setting.gateway.stop() == 0)
        let texts = try setting.kannel.arrivals().map(\.text)
        #expect(texts.count { $0.contains("L-7540 Mersch") } == 1, "\(texts)")
    }
}
