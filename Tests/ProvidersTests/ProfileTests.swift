// Every shipped profile can be read, and makes the request that its provider's documentation shows. Requests are read back by Foundation, Twilio's own
// client judges Twilio's.

import Domain
import Foundation
import JSON
import Providers
import Support
import Testing

@Suite("Shipped profiles")
struct ProfileTests {
    private static let now = ShippedProfile.now
    private let reference = ShippedProfile.reference.description
    private let receipt = ShippedProfile.receiptURL
    private let text = ShippedProfile.submission().text

    @Test func everyFileIsRead() throws {
        let files = try RepositoryFolder.files(under: "Outbox/providers").filter { $0.hasSuffix(".json") }
        #expect(files.sorted() == ShippedProfile.names.map { "Outbox/providers/\($0).json" }.sorted())
        for name in ShippedProfile.names {
            #expect(throws: Never.self) { try ShippedProfile.account(name) }
        }
    }

    @Test("secrets are told from the rest, and nothing that looks like one is not")
    func secrets() throws {
        for name in ShippedProfile.names {
            for parameter in try ShippedProfile.profile(name).parameters {
                let isSecret = ["token", "secret", "password", "key"].contains {
                    parameter.name.lowercased().hasSuffix($0)
                }
                let isPublic = ["accessKey", "apiKey", "applicationKey"].contains(parameter.name)
                #expect(parameter.isSecret || !isSecret || isPublic, "\(name) \(parameter.name)")
                #expect(!parameter.note.isEmpty)
            }
        }
    }

    @Test("Twilio's form is what Twilio's client sends")
    func twilio() throws {
        let request = try ShippedProfile.account(
            "twilio", baseURL: "https://api.twilio.com", ["account": "AC1", "token": "t0ken"]
        ).request(for: ShippedProfile.submission(), now: Self.now)
        struct Sent: Decodable {
            let method: String
            let url: String
            let pairs: [[String]]
            let authorization: String
        }
        let sent: Sent = try VendorJudge.answer(
            """
            import base64
            from twilio.rest import Client
            from twilio.http.http_client import TwilioHttpClient
            from twilio.http.response import Response
            class Capture(TwilioHttpClient):
                def request(self, method, url, params=None, data=None, headers=None, auth=None, **rest):
                    self.sent = (method, url, data, auth)
                    return Response(201, '{"sid": "SM1"}')
            capture = Capture()
            Client("AC1", "t0ken", http_client=capture).messages.create(
                to=question["to"], from_="Garage", body=question["text"], validity_period=36000, status_callback=question["callback"])
            method, url, data, auth = capture.sent
            answer = {"method": method, "url": url, "pairs": sorted([k, str(v)] for k, v in data.items()),
                      "authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}
            """,
            to: [
                "to": "+352621123456", "text": text, "callback": "\(receipt)?reference=\(reference)",
            ])
        #expect(request.method == sent.method && request.url == sent.url)
        #expect(request.pairs.sorted { $0[0] < $1[0] } == sent.pairs)
        #expect(request["Authorization"] == sent.authorization)
        #expect(request["Content-Type"] == "application/x-www-form-urlencoded")
    }

    @Test func kannel() throws {
        let account = try ShippedProfile.account(
            "kannel", baseURL: "http://127.0.0.1:13013/", ["username": "gw", "password": "p&w=?#"])
        let request = account.request(for: ShippedProfile.submission(), now: Self.now)
        #expect(request.method == "GET" && request.body.isEmpty)
        #expect(
            request.url.hasPrefix(
                "http://127.0.0.1:13013/cgi-bin/sendsms?username=gw&password=p%26w%3D%3F%23&"))
        #expect(
            request.pairs == [
                ["username", "gw"], ["password", "p&w=?#"], ["from", "Garage"], ["to", "+352621123456"],
                ["charset", "UTF-8"], ["coding", "2"], ["text", text], ["validity", "4320"],
                ["account", reference], ["dlr-mask", "31"],
                ["dlr-url", "\(receipt)?reference=\(reference)&status=%d"],
            ])
        #expect(!"\(request)".contains("p%26w"), "a request that is printed tells nothing")
    }

    @Test("what has no value is left out")
    func leftOut() throws {
        let submission = ShippedProfile.submission(encoding: .gsm7, validity: nil, receiptURL: nil)
        let kannel = try ShippedProfile.account("kannel").request(for: submission, now: Self.now)
        #expect(
            kannel.pairs.map { $0[0] } == [
                "username", "password", "from", "to", "charset", "coding", "text", "account", "dlr-mask",
            ])
        let infobip = try ShippedProfile.account("infobip").request(for: submission, now: Self.now)
        #expect(try JSONDocument(infobip.body)["messages"][0].names == ["sender", "destinations", "content"])
    }

    @Test(arguments: [
        (
            "ovh", "/sms/its-service/jobs",
            #"{"message":"T","receivers":["+352621123456"],"sender":"Garage","senderForResponse":false,"noStopClause":true,"charset":"UTF-8","class":"phoneDisplay","coding":"8bit","priority":"high","validityPeriod":2880}"#
        ),
        (
            "messagebird", "/messages",
            #"{"recipients":["352621123456"],"originator":"Garage","body":"T","datacoding":"unicode","reference":"REF","reportUrl":"URL","validity":172800}"#
        ),
        (
            "sinch", "/xms/v1/its-plan/batches",
            #"{"to":["+352621123456"],"from":"Garage","body":"T","delivery_report":"per_recipient","client_reference":"REF","expire_at":"2025-11-26T08:00:00.123Z","callback_url":"URL"}"#
        ),
        (
            "infobip", "/sms/3/messages",
            #"{"messages":[{"sender":"Garage","destinations":[{"to":"352621123456","messageId":"REF"}],"content":{"text":"T"},"options":{"validityPeriod":{"amount":2880}},"webhooks":{"delivery":{"url":"URL"}}}]}"#
        ),
        (
            "vonage-messages", "/v1/messages",
            #"{"channel":"sms","message_type":"text","to":"352621123456","from":"Garage","text":"T","client_ref":"REF","webhook_url":"URL","ttl":259200,"sms":{"encoding_type":"unicode"}}"#
        ),
        ("generic", "/", #"{"to":"+352621123456","from":"Garage","text":"T","reference":"REF"}"#),
    ])
    func json(name: String, path: String, body: String) throws {
        let request = try ShippedProfile.account(name).request(
            for: ShippedProfile.submission(), now: Self.now)
        let expected = body.replacing("\"T\"", with: JSONValue.string(text).text())
            .replacing("REF", with: reference).replacing("URL", with: receipt)
        #expect(request.method == "POST" && request.url == "https://api.example.com" + path)
        #expect(String(decoding: request.body, as: UTF8.self) == expected)
        #expect(request["Content-Type"] == "application/json")
    }

    @Test func vonageAndSNS() throws {
        let submission = ShippedProfile.submission(sender: "+352691000000")
        let vonage = try ShippedProfile.account("vonage").request(for: submission, now: Self.now)
        #expect(
            vonage.pairs == [
                ["api_key", "its-apiKey"], ["api_secret", "its-apiSecret"], ["to", "352621123456"],
                ["from", "352691000000"], ["text", text], ["type", "unicode"], ["ttl", "259200000"],
                ["client-ref", reference], ["callback", receipt],
            ])
        let sns = try ShippedProfile.account("aws-sns").request(for: submission, now: Self.now)
        #expect(sns.url == "https://api.example.com/" && sns.pairs.contains(["Message", text]))
    }

    @Test(arguments: [
        ("messagebird", "AccessKey its-accessKey"), ("sinch", "Bearer its-token"),
        ("infobip", "App its-apiKey"),
        ("vonage-messages", "Basic " + Data("its-apiKey:its-apiSecret".utf8).base64EncodedString()),
        ("generic", nil),
    ])
    func authorization(name: String, field: String?) throws {
        let request = try ShippedProfile.account(name).request(
            for: ShippedProfile.submission(), now: Self.now)
        #expect(request["Authorization"] == field)
    }

    @Test("generic makes a form, a query and other names of its parameters")
    func generic() throws {
        let query = try ShippedProfile.account(
            "generic", baseURL: "https://sms.example.com/api/send",
            [
                "method": "GET", "format": "query", "recipientField": "msisdn", "keyField": "k", "key": "a&b",
                "referenceField": "", "receiptField": "dlr",
            ]
        ).request(for: ShippedProfile.submission(text: "é"), now: Self.now)
        #expect(
            query.url
                == "https://sms.example.com/api/send?k=a%26b&msisdn=%2B352621123456&from=Garage&text=%C3%A9&dlr="
                + "https%3A%2F%2Fgw.example.com%2Fhooks%2Fsms%2F0123456789abcdef")
        #expect(query.method == "GET" && query.body.isEmpty && query["Content-Type"] == nil)
        let form = try ShippedProfile.account("generic", ["format": "form", "authorization": "Key 1"])
            .request(for: ShippedProfile.submission(text: "é"), now: Self.now)
        #expect(form["Authorization"] == "Key 1" && form.pairs.contains(["text", "é"]))
    }

    @Test("Twilio is asked to delete a message; an id that is no id asks nobody")
    func erasure() throws {
        let account = try ShippedProfile.account("twilio", baseURL: "https://api.twilio.com")
        let request = try #require(account.erasure(of: "SM/../x", now: Self.now))
        #expect(request.method == "DELETE" && request.body.isEmpty && request["Authorization"] != nil)
        #expect(
            request.url == "https://api.twilio.com/2010-04-01/Accounts/its-account/Messages/SM%2F..%2Fx.json")
        #expect(account.canErase && account.erasure(of: "", now: Self.now) != nil)
        let ovh = try ShippedProfile.account("ovh")
        #expect(!ovh.canErase && ovh.erasure(of: "1", now: Self.now) == nil)
    }
}
