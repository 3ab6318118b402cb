// Signatures over requests, against those who made them up: botocore for AWS, python-ovh for OVHcloud.

import Domain
import Foundation
import Support
import Testing

@testable import Providers

@Suite("Signatures of requests")
struct RequestSignatureTests {
    private static let now = ShippedProfile.now

    private struct Signed: Codable {
        var method: String
        var url: String
        var fields: [String: String]
        var body: String
        var sessionToken: String

        init(_ draft: RequestDraft, sessionToken: String) {
            method = draft.method
            url = draft.url
            fields = Dictionary(uniqueKeysWithValues: draft.fields)
            body = String(decoding: draft.body, as: UTF8.self)
            self.sessionToken = sessionToken
        }
    }

    /// Names and values that encoders and sorters get wrong.
    private static let words = [
        "a", "B", "é", "ж😀", "a b", "a+b", "a%20b", "a/b", "a~b", "a*b", "a=b&c", "", "-_.", "\"'", "日本", "A",
        "a1", "a10", "a2",
    ]

    private static func drafts() throws -> [RequestDraft] {
        var drafts: [RequestDraft] = []
        func add(
            _ method: String, _ base: String = "https://sns.eu-west-1.amazonaws.com", path: String = "",
            query: [(name: String, value: String)] = [], form: [(name: String, value: String)] = [],
            fields: [(name: String, value: String)] = []
        ) throws {
            let type =
                form.isEmpty ? [] : [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
            drafts.append(
                RequestDraft(
                    method: method, base: try BaseURL(base), path: path, query: query, fields: type + fields,
                    body: Array(URLEncoding.form(form).utf8)))
        }
        for word in words {
            try add("POST", form: [("Action", "Publish"), ("Message", word)])
            try add("GET", query: [("b", word), ("a", "1"), ("B", word)])
        }
        try add("GET", query: words.filter { !$0.isEmpty }.map { ($0, $0) })
        try add("GET", query: [("a", "2"), ("a", "1"), ("a", "10")])
        try add("POST", "https://SNS.example.com:8443/base/path", form: [("a", "b")])
        try add("POST", "https://sns.example.com:443/", form: [("a", "b")])
        try add("POST", "http://127.0.0.1:4566", path: "/a%20b/%C3%A9/c~d", form: [("a", "b")])
        try add("DELETE", path: "/x")
        try add(
            "POST", form: [("a", "b")], fields: [("X-Note", "two  blanks   and  more"), ("Accept", "*/*")])
        try add("GET")
        return drafts
    }

    @Test("AWS, as botocore signs", arguments: ["", "FQoGZXIvYXdzE//session=="])
    func aws(sessionToken: String) throws {
        let drafts = try Self.drafts()
        #expect(drafts.count >= 38)
        let signature = AWSSignature(
            accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            sessionToken: sessionToken, region: "eu-west-1", service: "sns")
        let expected: [[String: String]] = try VendorJudge.answer(
            """
            import datetime, botocore.auth
            from botocore.awsrequest import AWSRequest
            from botocore.credentials import Credentials
            botocore.auth.get_current_datetime = lambda *words, **more: datetime.datetime(2025, 11, 23, 8, 0, 0, 123000)
            answer = []
            for q in question:
                request = AWSRequest(method=q["method"], url=q["url"], data=q["body"].encode(), headers=q["fields"])
                credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", q["sessionToken"] or None)
                botocore.auth.SigV4Auth(credentials, "sns", "eu-west-1").add_auth(request)
                answer.append({name: request.headers[name] for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token") if name in request.headers})
            """, to: drafts.map { Signed($0, sessionToken: sessionToken) })
        for (draft, expected) in zip(drafts, expected) {
            let fields = signature.fields(for: draft, now: Self.now)
            #expect(Dictionary(uniqueKeysWithValues: fields) == expected, "\(draft.method) \(draft.url)")
        }
    }

    @Test("OVHcloud, as python-ovh signs")
    func ovh() throws {
        let account = try ShippedProfile.account(
            "ovh", baseURL: "https://eu.api.ovh.com/1.0",
            ["service": "sms-ab1-1", "applicationKey": "ak", "applicationSecret": "as", "consumerKey": "ck"])
        let requests = (Self.words + ["Votre véhicule est prêt ✓"]).map {
            account.request(for: ShippedProfile.submission(text: $0), now: Self.now)
        }
        let expected: [[String: String]] = try VendorJudge.answer(
            """
            import time, ovh
            time.time = lambda: 1763884800.9
            class Session:
                def request(self, method, url, headers=None, data="", timeout=None):
                    self.sent = dict(headers, url=url)
            answer = []
            for body in question:
                client = ovh.Client(endpoint="ovh-eu", application_key="ak", application_secret="as", consumer_key="ck")
                client._time_delta = 0
                client._session = Session()
                # The body is ours: the library would write the same JSON with other blanks.
                ovh.client.json.dumps, dumps = (lambda *words, **more: body), json.dumps
                client.raw_call("POST", "/sms/sms-ab1-1/jobs", data={"x": 1})
                ovh.client.json.dumps = dumps
                answer.append(client._session.sent)
            """, to: requests.map { String(decoding: $0.body, as: UTF8.self) })
        for (request, expected) in zip(requests, expected) {
            #expect(request.url == expected["url"])
            for name in ["X-Ovh-Application", "X-Ovh-Consumer", "X-Ovh-Timestamp", "X-Ovh-Signature"] {
                #expect(request[name] == expected[name] && request[name] != nil, "\(name)")
            }
        }
    }
}
