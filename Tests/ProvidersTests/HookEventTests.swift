// What the shipped profiles read in their providers' callbacks, as their documentation shows them; and what no callback can do.

import Crypto
import Domain
import Foundation
import Support
import Testing

@testable import Providers

@Suite("Events of callbacks")
struct HookEventTests {
    private static let path = "https://gw.example.com/hooks/sms/0123456789abcdef"

    private func events(
        _ name: String, query: String = "", body: String = "", method: String? = nil
    ) throws -> [HookEvent] {
        let account = try ShippedProfile.account(name)
        let request = HookRequest(
            method: try method ?? #require(account.hookMethod), url: Self.path + query,
            fields: [("Content-Type", "application/json")], body: Array(body.utf8))
        return try account.events(in: request, now: ShippedProfile.now).events
    }

    private func receipt(
        _ state: HookReceipt.State, _ status: String, reference: String? = nil, id: String? = nil,
        segments: Int? = nil
    ) -> [HookEvent] {
        [
            .receipt(
                HookReceipt(
                    messageReference: reference, providerReference: id, state: state, status: status,
                    segments: segments))
        ]
    }

    private func inbound(_ from: String, _ to: String, _ text: String, id: String? = nil) -> [HookEvent] {
        [.inbound(InboundText(from: from, to: to, text: text, providerReference: id))]
    }

    @Test func kannel() throws {
        for (status, state) in [
            ("1", HookReceipt.State.delivered), ("2", .failed), ("4", .progress), ("8", .progress),
            ("16", .failed),
            ("31", .progress),
        ] {
            #expect(
                try events("kannel", query: "?reference=msg_1&status=\(status)")
                    == receipt(state, status, reference: "msg_1"))
        }
        #expect(
            try events("kannel", query: "?from=%2B352621123456&to=12345&text=Arr%C3%AAt+svp&id=a-1")
                == inbound("+352621123456", "12345", "Arrêt svp", id: "a-1"))
    }

    @Test func ovh() throws {
        #expect(try events("ovh", query: "?id=278&idDlr=1&ptt=2") == receipt(.delivered, "1", id: "278"))
        #expect(try events("ovh", query: "?id=278&idDlr=2&ptt=7") == receipt(.failed, "7", id: "278"))
        #expect(
            try events("ovh", query: "?id=9&senderid=%2B33612345678&recipient=36000&message=STOP")
                == inbound("+33612345678", "36000", "STOP", id: "9"))
    }

    @Test func infobip() throws {
        let results = """
            {"results":[
              {"messageId":"msg_1","to":"352621123456","smsCount":2,"status":{"groupName":"DELIVERED"},"error":{"name":"NO_ERROR"}},
              {"messageId":"msg_2","status":{"groupName":"UNDELIVERABLE"},"error":{"name":"EC_UNKNOWN_SUBSCRIBER"}},
              {"messageId":"msg_3","status":{"groupName":"UNDELIVERABLE"},"error":{"name":"EC_ABSENT_SUBSCRIBER"}},
              {"messageId":"in_4","from":"352621123456","to":"12345","text":"Stop"}, {"else":1}]}
            """
        #expect(
            try events("infobip", body: results)
                == receipt(.delivered, "DELIVERED", reference: "msg_1", segments: 2)
                + receipt(.bounced, "EC_UNKNOWN_SUBSCRIBER", reference: "msg_2")
                + receipt(.failed, "EC_ABSENT_SUBSCRIBER", reference: "msg_3")
                + inbound("+352621123456", "12345", "Stop", id: "in_4"))
        #expect(try events("infobip", body: "{}") == [])
        #expect(try events("infobip", body: #"{"results":{}}"#) == [])
    }

    @Test func generic() throws {
        #expect(
            try events("generic", body: #"{"reference":"msg_1","status":"delivered"}"#)
                == receipt(.delivered, "delivered", reference: "msg_1"))
        #expect(
            try events("generic", body: #"{"from":"0621123456","to":"352691000000","text":"x"}"#)
                == inbound("0621123456", "+352691000000", "x"))
    }

    /// Signed by Twilio's own formula, which its helper judges in CallbackSignatureTests.
    private func twilio(_ form: [(String, String)], query: String = "") throws -> [HookEvent] {
        let url = Self.path + query
        let signed = url + form.sorted { $0.0 < $1.0 }.map { $0.0 + $0.1 }.joined()
        let code = Crypto.authenticationCode(key: Array("its-token".utf8), Array(signed.utf8), .sha1)
        let body = form.map { pair in
            let value = pair.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            return "\(pair.0)=\(value)"
        }.joined(separator: "&")
        return try ShippedProfile.account("twilio").events(
            in: HookRequest(
                method: "POST", url: url,
                fields: [
                    ("X-Twilio-Signature", Data(code).base64EncodedString()),
                    ("content-type", "application/x-www-form-urlencoded"),
                ], body: Array(body.utf8)), now: ShippedProfile.now
        ).events
    }

    @Test func twilio() throws {
        for (status, state) in [
            ("delivered", HookReceipt.State.delivered), ("read", .delivered), ("undelivered", .failed),
            ("failed", .failed),
            ("canceled", .failed), ("queued", .progress), ("sent", .progress), ("new-word", .progress),
        ] {
            #expect(
                try twilio([("MessageSid", "SM1"), ("MessageStatus", status)], query: "?reference=msg_1")
                    == receipt(state, status, reference: "msg_1", id: "SM1"))
        }
        let failed = [("MessageSid", "SM1"), ("MessageStatus", "undelivered")]
        #expect(try twilio(failed + [("ErrorCode", "30005")]) == receipt(.bounced, "30005", id: "SM1"))
        #expect(try twilio(failed + [("ErrorCode", "30003")]) == receipt(.failed, "30003", id: "SM1"))
        #expect(
            try twilio([("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("ErrorCode", "30005")])
                == receipt(.delivered, "delivered", id: "SM1"), "a code makes nothing of a delivery")
        #expect(
            try twilio([
                ("MessageSid", "SM2"), ("SmsStatus", "received"), ("From", "+352621123456"),
                ("To", "+352691000000"),
                ("Body", "STOP & 1=1 é\n"),
            ]) == inbound("+352621123456", "+352691000000", "STOP & 1=1 é\n", id: "SM2"))
        #expect(try twilio([("AccountSid", "AC1")]) == [])
    }

    @Test("a status is short and visible, a reference too, or it is none")
    func hostile() throws {
        let long = String(repeating: "x", count: 1000)
        #expect(
            try events("generic", body: #"{"reference":"msg_1","status":"a\u0001\nb é\#(long)"}"#)
                == receipt(.progress, String(("ab" + long).prefix(64)), reference: "msg_1"))
        for reference in [long, "a b", "é", #"a\nb"#, ""] {
            #expect(try events("generic", body: #"{"reference":"\#(reference)","status":"delivered"}"#) == [])
        }
        for body in [
            #"{"reference":["msg_1"],"status":"delivered"}"#, #"{"reference":null,"status":{}}"#, "[]", "1",
        ] {
            #expect(try events("generic", body: body) == [])
        }
    }

    @Test(
        "what is no callback is refused",
        arguments: [
            ("generic", "", "{", "POST", HookRefusal.malformed), ("generic", "", "", "POST", .malformed),
            ("generic", "", #"{"status":1,"status":2}"#, "POST", .malformed),
            ("generic", "?a=1&a=2", "{}", "POST", .malformed),
            ("generic", "?a=%FF", "{}", "POST", .malformed), ("generic", "?a=%00", "{}", "POST", .malformed),
            ("generic", "?a=%f", "{}", "POST", .malformed),
            ("generic", "", "{}", "GET", .method), ("generic", "", "{}", "post", .method),
            ("kannel", "?reference=msg_1&status=1", "", "POST", .method),
            ("kannel", "?reference=msg_1&status=1&status=2", "", "GET", .malformed),
            ("kannel", "?reference=msg_1&status=1", "x", "GET", .malformed),
            ("aws-sns", "", "{}", "POST", .method), ("sinch", "", "{}", "POST", .unsigned),
        ])
    func refused(name: String, query: String, body: String, method: String, refusal: HookRefusal) {
        #expect(throws: refusal) { try events(name, query: query, body: body, method: method) }
    }

    @Test("who signs and who does not")
    func signing() throws {
        let unsigned = try ShippedProfile.names.filter { try !ShippedProfile.account($0).signsHooks }
        #expect(unsigned == ["aws-sns", "generic", "infobip", "kannel", "ovh"])
        #expect(try ShippedProfile.names.filter { try !ShippedProfile.account($0).hasHooks } == ["aws-sns"])
    }
}
