// A provider of SMS as the tests of this room configure it: the shipped profile `generic` with one account on a loopback port.

import Domain
import Providers
import Support
import Transports

struct SMSProvider {
    let transport: SMSTransport

    init(
        baseURL: String, method: String = "POST", caFile: String? = nil, timeout: Duration = .seconds(60)
    ) throws {
        let profile = try ProviderProfile(
            parsing: RepositoryFolder.bytes(of: "Outbox/providers/generic.json"), name: "generic")
        let account = try profile.account(
            baseURL: baseURL,
            parameters: ["method": method, "format": method == "GET" ? "query" : "json"])
        transport = SMSTransport(
            name: "sms", account: account, receiptURL: nil, caFile: caFile, timeout: timeout)
    }

    init(port: Int, method: String = "POST", timeout: Duration = .seconds(60)) throws {
        try self.init(baseURL: "http://127.0.0.1:\(port)/sms", method: method, timeout: timeout)
    }

    var connection: any TransportConnection { transport.openConnection() }

    /// - Parameter number: tells two messages apart.
    static func handover(_ text: String = "Bonjour", number: UInt8 = 1) -> Handover {
        let id = MessageID(
            at: Timestamp(milliseconds: 1_763_884_800_123), random: [UInt8](repeating: number, count: 10))
        return Handover(
            authorisation: try! .ofTest(), messageID: id.description, channel: .sms, sender: "Garage",
            recipient: "+352621123456", body: Array(text.utf8))
    }
}
