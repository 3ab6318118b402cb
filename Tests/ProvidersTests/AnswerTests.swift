// Every cell of outcome, for every shipped profile: status and body in, verdict out. The frame of the contract holds whatever a profile says, and nothing of a
// customer is kept.

import Delivery
import Foundation
import JSON
import Providers
import Support
import Testing

@Suite("Answers of providers")
struct AnswerTests {
    private func answer(
        _ name: String, _ status: Int, _ body: String, retryAfter: Duration? = nil,
        _ parameters: [String: String] = [:]
    ) throws -> ProviderAnswer {
        try ShippedProfile.account(name, parameters).answer(
            status: status, retryAfter: retryAfter, body: Array(body.utf8), recipient: "+352621123456")
    }

    /// `accepted`, `unknown`, or class and action.
    private func words(_ verdict: Verdict) -> String {
        guard let refusal = verdict.refusal, let action = verdict.action else {
            return verdict.outcome.rawValue
        }
        return "\(verdict.outcome.rawValue) \(refusal.rawValue) \(action.rawValue)"
    }

    private static let ovhGood =
        #"{"totalCreditsRemoved":2,"invalidReceivers":[],"ids":[27814656],"validReceivers":["+352621123456"]}"#
    private static let infobip: @Sendable (String, String) -> String = { (group: String, name: String) in
        #"{"messages":[{"messageId":"msg_1","status":{"groupName":"\#(group)","name":"\#(name)"},"destination":"352621123456","details":{"messageCount":2}}]}"#
    }
    private static let vonage: @Sendable (String) -> String = { (status: String) in
        #"{"message-count":"1","messages":[{"to":"352621123456","message-id":"0A1","status":"\#(status)","error-text":"to 352621123456"}]}"#
    }

    private static let cells: [(String, Int, String, String)] = [
        ("twilio", 201, #"{"sid":"SM1","status":"queued","num_segments":"2","body":"Bonjour"}"#, "accepted"),
        ("twilio", 200, #"{"sid":"SM1"}"#, "unknown"), ("twilio", 201, #"{"status":"queued"}"#, "unknown"),
        ("twilio", 201, #"{"sid":null}"#, "unknown"), ("twilio", 201, #"{"sid":"SM1""#, "unknown"),
        ("twilio", 400, #"{"code":21610,"message":"unsubscribed"}"#, "rejected objected fail"),
        ("twilio", 400, #"{"code":21211,"message":"no"}"#, "rejected recipient fail"),
        ("twilio", 400, #"{"code":21614,"message":"no"}"#, "rejected recipient fail"),
        ("twilio", 400, #"{"code":21617,"message":"long"}"#, "rejected content fail"),
        ("twilio", 400, #"{"code":21606,"message":"from"}"#, "rejected sender next"),
        ("twilio", 400, #"{"code":21408,"message":"region"}"#, "rejected policy next"),
        ("twilio", 429, #"{"code":20429,"message":"slow"}"#, "deferred throttle slow"),
        ("twilio", 400, #"{"code":21611,"message":"queue"}"#, "deferred throttle slow"),
        ("twilio", 400, #"{"code":99999,"message":"?"}"#, "rejected refused fail"),
        ("twilio", 401, #"{"code":20003,"message":"auth"}"#, "deferred configuration stop"),
        ("twilio", 404, #"{"code":20404,"message":"gone"}"#, "deferred configuration stop"),
        ("twilio", 500, #"{"code":21211,"message":"?"}"#, "unknown"),
        ("ovh", 200, ovhGood, "accepted"),
        (
            "ovh", 200, #"{"ids":[],"invalidReceivers":["+352621123456"],"validReceivers":[]}"#,
            "rejected recipient fail"
        ),
        ("ovh", 200, "{}", "unknown"), ("ovh", 200, "<html>", "unknown"),
        (
            "ovh", 400, #"{"errorCode":"QUERY_TIME_OUT","message":"Query out of time"}"#,
            "deferred configuration stop"
        ),
        ("ovh", 400, #"{"message":"This sender is not valid"}"#, "rejected sender next"),
        ("ovh", 400, #"{"message":"not enough credits"}"#, "deferred configuration stop"),
        ("ovh", 403, #"{"errorCode":"INVALID_CREDENTIAL","message":"no"}"#, "deferred configuration stop"),
        ("ovh", 404, #"{"message":"This service does not exist"}"#, "deferred configuration stop"),
        ("ovh", 400, #"{"message":"else"}"#, "rejected refused fail"),
        ("kannel", 202, "0: Accepted for delivery", "accepted"),
        ("kannel", 202, "3: Queued for later delivery", "accepted"),
        ("kannel", 202, "5: Rejected", "unknown"), ("kannel", 200, "0: Accepted for delivery", "unknown"),
        ("kannel", 202, "", "unknown"), ("kannel", 202, "error\n0: Accepted", "unknown"),
        ("kannel", 403, "Authorization failed for sendsms", "deferred configuration stop"),
        ("kannel", 403, "Not routable. Do not try again.", "rejected policy next"),
        ("kannel", 400, "Missing receiver number, rejected", "rejected refused fail"),
        ("kannel", 404, "<html>", "deferred configuration stop"),
        ("kannel", 503, "Temporal failure, try again later.", "unknown"),
        ("generic", 200, #"{"id":"1"}"#, "accepted"), ("generic", 200, #"{"id":""}"#, "unknown"),
        ("generic", 200, #"{"status":"no-code"}"#, "rejected recipient fail"),
        ("generic", 404, "", "deferred configuration stop"),
        ("vonage", 200, vonage("0"), "accepted"), ("vonage", 200, vonage("1"), "deferred throttle slow"),
        ("vonage", 200, vonage("5"), "deferred temporary retry"),
        ("vonage", 200, vonage("6"), "rejected recipient fail"),
        ("vonage", 200, vonage("7"), "rejected objected fail"),
        ("vonage", 200, vonage("4"), "deferred configuration stop"),
        ("vonage", 200, vonage("9"), "deferred configuration stop"),
        ("vonage", 200, vonage("15"), "rejected sender next"),
        ("vonage", 200, vonage("12"), "rejected content fail"), ("vonage", 200, vonage("99"), "unknown"),
        ("vonage", 200, #"{"messages":[]}"#, "unknown"),
        ("vonage-messages", 202, #"{"message_uuid":"aa-bb"}"#, "accepted"),
        ("vonage-messages", 202, "{}", "unknown"),
        (
            "vonage-messages", 422,
            #"{"type":"https://developer.vonage.com/api-errors/messages#1170","detail":"no"}"#,
            "rejected recipient fail"
        ),
        ("vonage-messages", 422, #"{"type":"x","detail":"no"}"#, "rejected refused fail"),
        ("messagebird", 201, #"{"id":"e8077d80","recipients":{"totalSentCount":1}}"#, "accepted"),
        ("messagebird", 201, "[]", "unknown"),
        (
            "messagebird", 422,
            #"{"errors":[{"code":9,"description":"no (correct) recipients found","parameter":"recipient"}]}"#,
            "rejected recipient fail"
        ),
        (
            "messagebird", 422, #"{"errors":[{"code":10,"description":"x","parameter":"originator"}]}"#,
            "rejected sender next"
        ),
        (
            "messagebird", 422, #"{"errors":[{"code":10,"description":"x","parameter":"body"}]}"#,
            "rejected content fail"
        ),
        (
            "messagebird", 402, #"{"errors":[{"code":25,"description":"balance"}]}"#,
            "deferred configuration stop"
        ),
        ("sinch", 201, #"{"id":"01FC","to":["352621123456"],"body":"Bonjour"}"#, "accepted"),
        ("sinch", 201, "{}", "unknown"),
        (
            "sinch", 400, #"{"code":"syntax_invalid_parameter_format","text":"Invalid msisdn to"}"#,
            "rejected content fail"
        ),
        ("sinch", 400, #"{"code":"syntax_invalid_json","text":"x"}"#, "rejected refused fail"),
        ("infobip", 200, infobip("PENDING", "PENDING_ACCEPTED"), "accepted"),
        ("infobip", 200, infobip("REJECTED", "REJECTED_NOT_ENOUGH_CREDITS"), "deferred configuration stop"),
        ("infobip", 200, infobip("REJECTED", "REJECTED_PREFIX_MISSING"), "rejected recipient fail"),
        ("infobip", 200, infobip("REJECTED", "REJECTED_SENDER"), "rejected sender next"),
        ("infobip", 200, infobip("REJECTED", "REJECTED_DESTINATION_NOT_REGISTERED"), "rejected policy next"),
        (
            "infobip", 200, infobip("UNDELIVERABLE", "UNDELIVERABLE_REJECTED_OPERATOR"),
            "rejected refused fail"
        ),
        ("infobip", 200, infobip("NEW", "NEW"), "unknown"),
        (
            "aws-sns", 200,
            "<PublishResponse><MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResponse>",
            "accepted"
        ),
        ("aws-sns", 200, "<PublishResponse/>", "unknown"),
        (
            "aws-sns", 400,
            "<Code>InvalidParameter</Code><Message>Invalid parameter: PhoneNumber Reason: +352621123456</Message>",
            "rejected recipient fail"
        ),
        ("aws-sns", 400, "<Message>Phone number is opted out</Message>", "rejected objected fail"),
        ("aws-sns", 400, "<Code>Throttling</Code>", "deferred throttle slow"),
        ("aws-sns", 403, "<Code>SignatureDoesNotMatch</Code>", "deferred configuration stop"),
    ]

    @Test("by status and body", arguments: cells.indices)
    func cell(index: Int) throws {
        let (name, status, body, expected) = Self.cells[index]
        let answer = try answer(name, status, body)
        #expect(words(answer.verdict) == expected, "\(name) \(status) \(body)")
        #expect(answer.verdict.replyCode == status)
        let kept = answer.reply ?? ""
        #expect(!kept.contains("621123456") && !kept.contains("Bonjour"), "\(kept)")
        #expect(answer.verdict.outcome == .accepted || answer.providerReference == nil)
    }

    @Test("whatever a profile says, the frame holds", arguments: ShippedProfile.names)
    func frame(name: String) throws {
        let bodies =
            Self.cells.filter { $0.0 == name }.map(\.2) + ["", "{}", "null", "<html>502</html>", "\u{0}"]
        let minute = Duration.seconds(60)
        let account = try ShippedProfile.account(name)
        func verdict(_ status: Int, _ body: String, _ retryAfter: Duration? = nil) -> Verdict {
            account.answer(
                status: status, retryAfter: retryAfter, body: Array(body.utf8), recipient: "+352621123456"
            ).verdict
        }
        for body in bodies {
            for status in [100, 300, 302, 303, 304, 408, 500, 501, 502, 504, 599] {
                #expect(words(verdict(status, body, minute)) == "unknown", "\(status) \(body)")
            }
            #expect(words(verdict(503, body)) == "unknown", "503 without Retry-After")
            for status in [425, 429, 503] {
                let given = verdict(status, body, minute)
                #expect(
                    given.outcome == .deferred && given.isProviderFault && given.slowsProvider,
                    "\(status) \(body)")
                #expect(given.retryAfter == minute || given.isConfiguration)
            }
            #expect(verdict(429, body).outcome == .deferred)
            for status in [301, 307, 308, 402, 407] {
                let given = verdict(status, body)
                #expect([.deferred, .rejected].contains(given.outcome), "\(status) \(body)")
            }
            for status in 400...499 where status != 408 {
                #expect([.deferred, .rejected].contains(verdict(status, body).outcome))
            }
            for status in 200...299 {
                let given = verdict(status, body)
                #expect(given.outcome != .accepted || body.count > 8, "\(status) \(body)")
            }
        }
        #expect(words(verdict(401, "")) == "deferred configuration stop")
        #expect(words(verdict(403, "")) == "deferred configuration stop")
        #expect(words(verdict(422, "")) == "rejected refused fail")
    }

    @Test("what an accepted message's answer tells")
    func accepted() throws {
        let twilio = try answer(
            "twilio", 201, #"{"sid":"SM1","num_segments":"2","body":"Bonjour","message":null}"#)
        #expect(twilio.providerReference == "SM1" && twilio.segments == 2 && twilio.reply == nil)
        #expect(try answer("twilio", 201, #"{"sid":"SM1","num_segments":"0"}"#).segments == nil)
        #expect(try answer("twilio", 201, #"{"sid":"S M"}"#).providerReference == nil)
        #expect(try answer("ovh", 200, Self.ovhGood).providerReference == "27814656")
        #expect(try answer("infobip", 200, Self.infobip("PENDING", "PENDING_ENROUTE")).segments == 2)
        #expect(try answer("kannel", 202, "0: Accepted for delivery").reply == "0: Accepted for delivery")
    }

    @Test("the status is the provider's code, and never a word that has a meaning here")
    func statusText() throws {
        #expect(try answer("twilio", 400, #"{"code":21211}"#).verdict.status == "21211")
        #expect(try answer("twilio", 400, "no").verdict.status == "400")
        for word in [
            "not-started", "stopped", "timeout", "no-reply", "", "a b", "é",
            String(repeating: "x", count: 65),
        ] {
            let verdict = try answer(
                "twilio", 429, JSONValue.object([JSONMember(name: "code", value: .string(word))]).text()
            )
            .verdict
            #expect(verdict.status == "429" && !verdict.isWithheld, "\(word)")
        }
    }

    @Test("the provider's words are kept on one line, without the number")
    func reply() throws {
        let body = #"{"code":21211,"message":"The 'To' number\n+352 621 123-456 is \u0007not valid"}"#
        #expect(try answer("twilio", 400, body).reply == "The 'To' number <recipient> is not valid")
        let long = try answer("kannel", 500, String(repeating: "é", count: 2000)).reply
        #expect(long?.unicodeScalars.count == 512)
    }
}
