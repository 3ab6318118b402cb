// Callbacks that the vendors' helpers signed are believed, altered ones are not; and what is believed here is believed by the helper, too.

import Domain
import Foundation
import JSON
import Providers
import Support
import Testing

@Suite("Signatures of callbacks, against the vendors' helpers")
struct CallbackSignatureTests {
    /// The helpers look at the clock.
    private let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    private var seconds: Int64 { now.milliseconds / 1000 }
    private static let url = "https://gw.example.com/hooks/sms/0123456789abcdef?reference=msg_00"

    /// The good one is believed by both; each change is refused here, unless it is harmless, and nothing is believed that the helper refuses.
    private func judge(
        _ account: ProviderAccount, _ good: JudgedCallback, _ alterations: [Alteration],
        by script: String, key: String, _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(alterations.filter { !$0.isHarmless }.count >= 12, sourceLocation: location)
        let all = [Alteration("nothing", isHarmless: true) { _ in }] + alterations
        let callbacks = all.map { $0.applied(to: good) }
        struct Question: Encodable {
            let key: String
            let callbacks: [JudgedCallback]
        }
        let verdicts: [Bool] = try VendorJudge.answer(
            "answer = []\nfor c in question['callbacks']:\n    c['key'] = question['key']\n    try:\n"
                + "        answer.append(bool(good(c)))\n    except Exception:\n        answer.append(False)",
            prelude: script, to: Question(key: key, callbacks: callbacks))
        for ((alteration, callback), isBelieved) in zip(zip(all, callbacks), verdicts) {
            let result = Result { () throws(HookRefusal) in try account.events(in: callback.request, now: now)
            }
            let comment: Comment = "\(alteration.name): \(result)"
            #expect(((try? result.get()) != nil) == alteration.isHarmless, comment, sourceLocation: location)
            if alteration.isHarmless { #expect(isBelieved, comment, sourceLocation: location) }
        }
    }

    // MARK: Twilio

    private static let twilioForm =
        "MessageSid=SM0123456789abcdef&MessageStatus=delivered&To=%2B352621123456&From=Garage+N%C3%B6rd&Empty="

    private static let twilioScript = """
        from urllib.parse import parse_qsl
        from twilio.request_validator import RequestValidator, get_signature_algorithm
        class Form(dict):
            def getall(self, name): return self[name]
        def form(body):
            pairs = Form()
            for name, value in parse_qsl(body, keep_blank_values=True): pairs.setdefault(name, []).append(value)
            return pairs
        def good(c):
            fields = {name.lower(): value for name, value in c["fields"].items()}
            isForm = fields.get("content-type", "").startswith("application/x-www-form-urlencoded")
            settings = fields.get("x-twilio-webhooks-signature-settings")
            return c["method"] == "POST" and RequestValidator(c["key"]).validate(
                c["url"], form(c["body"]) if isForm else c["body"], fields.get("x-twilio-signature", ""), get_signature_algorithm(settings))
        """

    private func twilio(
        _ key: String, url: String = url, body: String = twilioForm, settings: String? = nil,
        isForm: Bool = true
    ) throws -> JudgedCallback {
        struct Question: Encodable {
            let key: String
            let url: String
            let body: String
            let algorithm: String?
        }
        let signature: String = try VendorJudge.answer(
            "answer = RequestValidator(question['key']).compute_signature(question['url'], form(question['body']), question.get('algorithm'))",
            prelude: Self.twilioScript,
            to: Question(
                key: key, url: url, body: isForm ? body : "",
                algorithm: settings.map { _ in "HMAC_SHA256" }))
        var fields = [
            "X-Twilio-Signature": signature,
            "Content-Type": isForm ? "application/x-www-form-urlencoded; charset=UTF-8" : "application/json",
        ]
        fields["X-Twilio-Webhooks-Signature-Settings"] = settings
        return JudgedCallback(method: "POST", url: url, fields: fields, body: body)
    }

    private static let formAlterations: [Alteration] = [
        Alteration("a byte of the body") { $0.body = $0.body.flipped(at: $0.body.utf8.count / 2) },
        Alteration("a parameter added") { $0.body += "&ErrorCode=30005" },
        Alteration("a parameter removed") {
            $0.body = $0.body.split(separator: "&").dropLast(2).joined(separator: "&")
        },
        Alteration("a parameter twice") { $0.body += "&" + $0.body.split(separator: "&")[0] },
        Alteration("a parameter twice, differently") { $0.body += "&MessageStatus=failed&status=failed" },
        Alteration("the order of parameters", isHarmless: true) {
            $0.body = $0.body.split(separator: "&").reversed().joined(separator: "&")
        },
        Alteration("no body") { $0.body = "" },
        Alteration("the method") { $0.method = "GET" },
        Alteration("the body's type") { $0.fields["Content-Type"] = "application/json" },
    ]

    private static let urlAlterations: [Alteration] = [
        Alteration("the host") { $0.url = $0.url.replacing("gw.", with: "gx.") },
        Alteration("the scheme") { $0.url = $0.url.replacing("https", with: "http") },
        Alteration("the path") { $0.url = $0.url.replacing("0123", with: "0124") },
        Alteration("the query") { $0.url = $0.url.replacing("msg_00", with: "msg_01") },
        Alteration("a parameter of the URL added") { $0.url += "&a=b" },
        // Twilio signs with or without a port, so a port is not bound.
        Alteration("another port", isHarmless: true) { $0.url = $0.url.replacing(".com", with: ".com:8443") },
    ]

    @Test func twilioWithTheAccountsToken() throws {
        let account = try ShippedProfile.account("twilio", ["token": "t0ken"])
        let field = "X-Twilio-Signature"
        try judge(
            account, try twilio("t0ken"),
            Self.formAlterations + Self.urlAlterations + [
                Alteration("the port of the scheme", isHarmless: true) {
                    $0.url = $0.url.replacing(".com", with: ".com:443")
                },
                Alteration("a bit of the signature") { $0.fields[field] = $0.fields[field]?.flipped(at: 3) },
                Alteration("an empty signature") { $0.fields[field] = "" },
                Alteration("no signature") { $0.fields[field] = nil },
                Alteration("another algorithm") {
                    $0.fields["X-Twilio-Webhooks-Signature-Settings"] = "key=k,algorithm=HMAC_SHA256"
                },
                Alteration("an unknown algorithm") {
                    $0.fields["X-Twilio-Webhooks-Signature-Settings"] = "key=k,algorithm=none"
                },
            ], by: Self.twilioScript, key: "t0ken")
        let other = try ShippedProfile.account("twilio", ["token": "t0ken2"])
        #expect(throws: HookRefusal.signature) { try other.events(in: try twilio("t0ken").request, now: now) }
    }

    @Test func twilioWithASharedKey() throws {
        let account = try ShippedProfile.account("twilio", ["token": "t0ken", "sharedKey": "shared"])
        let settings = "X-Twilio-Webhooks-Signature-Settings"
        try judge(
            account, try twilio("shared", settings: "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"),
            Self.formAlterations + Self.urlAlterations + [
                Alteration("no settings") { $0.fields[settings] = nil },
                Alteration("the older algorithm") { $0.fields[settings] = "key=1,algorithm=HMAC_SHA1" },
                Alteration("two algorithms") { $0.fields[settings]? += ",algorithm=HMAC_SHA1" },
                Alteration("no algorithm") { $0.fields[settings] = "key=1" },
            ], by: Self.twilioScript, key: "shared")
        let withoutKey = try ShippedProfile.account("twilio", ["token": "shared"])
        let callback = try twilio("shared", settings: "key=1,algorithm=HMAC_SHA256")
        #expect(throws: HookRefusal.unsigned) { try withoutKey.events(in: callback.request, now: now) }
    }

    @Test("a body that is no form is bound through the URL")
    func twilioJSON() throws {
        let account = try ShippedProfile.account("twilio", ["token": "t0ken"])
        let body = #"{"MessageSid":"SM1"}"#
        let hash: String = try VendorJudge.answer(
            "import hashlib\nanswer = hashlib.sha256(question.encode()).hexdigest()", to: body)
        let callback = try twilio(
            "t0ken", url: Self.url + "&bodySHA256=\(hash)", body: body, isForm: false)
        // The signature fits; the profile maps forms alone, and a JSON text is none with values that it knows.
        #expect(try account.events(in: callback.request, now: now).events == [])
        for alteration in [
            Alteration("a byte of the body") { $0.body = $0.body.flipped(at: 3) },
            Alteration("no hash") { $0.url = Self.url },
            Alteration("the hash of the other body") { $0.url = $0.url.flipped(at: $0.url.utf8.count - 1) },
        ] {
            #expect(throws: HookRefusal.self, "\(alteration.name)") {
                try account.events(in: alteration.applied(to: callback).request, now: now)
            }
        }
    }

    // MARK: Sinch

    private static let sinchScript = """
        from sinch.domains.authentication.sinch_events.v1.authentication_validation import (
            calculate_sinch_event_signature, compute_signed_data, validate_sinch_event_signature_with_nonce)
        def good(c):
            return validate_sinch_event_signature_with_nonce(c["key"], c["fields"], c["body"])
        """

    /// One callback signed at each moment.
    private func sinch(at moments: [Int64]) throws -> [JudgedCallback] {
        let body = #"{"type":"mo_text","id":"01","from":"352621123456","to":"12345","body":"Stöp ✓"}"#
        let nonce = "01FJA8B4A7BM43YGWSG9GBV067"
        let signatures: [String] = try VendorJudge.answer(
            "answer = [calculate_sinch_event_signature(compute_signed_data(*question[1:3], at), question[0]) for at in question[3:]]",
            prelude: Self.sinchScript, to: ["s3cret", body, nonce] + moments.map { String($0) })
        return zip(moments, signatures).map { moment, signature in
            JudgedCallback(
                method: "POST", url: Self.url,
                fields: [
                    "x-sinch-webhook-signature": signature, "x-sinch-webhook-signature-nonce": nonce,
                    "x-sinch-webhook-signature-timestamp": String(moment),
                    "x-sinch-webhook-signature-algorithm": "HmacSHA256",
                ], body: body)
        }
    }

    @Test func sinchEvents() throws {
        let account = try ShippedProfile.account("sinch", ["signingSecret": "s3cret"])
        let name = "x-sinch-webhook-signature"
        let callbacks = try sinch(at: [seconds, seconds - 400, seconds + 400])
        let (good, old, future) = (callbacks[0], callbacks[1], callbacks[2])
        try judge(
            account, good,
            [
                Alteration("a byte of the body") { $0.body = $0.body.flipped(at: 9) },
                Alteration("a byte more") { $0.body += " " },
                Alteration("a byte less") { $0.body.removeLast() },
                Alteration("no body") { $0.body = "" },
                Alteration("the nonce") { $0.fields[name + "-nonce"] = "01FJA8B4A7BM43YGWSG9GBV068" },
                Alteration("no nonce") { $0.fields[name + "-nonce"] = nil },
                Alteration("the moment") { $0.fields[name + "-timestamp"]? += "0" },
                Alteration("no moment") { $0.fields[name + "-timestamp"] = nil },
                Alteration("an old one") { $0 = old },
                Alteration("a future one") { $0 = future },
                Alteration("a bit of the signature") { $0.fields[name] = $0.fields[name]?.flipped(at: 0) },
                Alteration("an empty signature") { $0.fields[name] = "" },
                Alteration("no signature") { $0.fields[name] = nil },
                Alteration("another algorithm") { $0.fields[name + "-algorithm"] = "HmacSHA1" },
                Alteration("the method") { $0.method = "GET" },
                Alteration("the name of a field in capitals", isHarmless: true) {
                    $0.fields["X-SINCH-WEBHOOK-SIGNATURE"] = $0.fields.removeValue(forKey: name)
                },
            ], by: Self.sinchScript, key: "s3cret")
        let other = try ShippedProfile.account("sinch", ["signingSecret": "s3cre"])
        #expect(throws: HookRefusal.signature) { try other.events(in: good.request, now: now) }
        #expect(throws: HookRefusal.time) { try account.events(in: old.request, now: now) }
        #expect(
            try account.events(in: good.request, now: now).replayID
                == "01FJA8B4A7BM43YGWSG9GBV067")
    }

    // MARK: MessageBird

    private static let messageBirdScript = """
        import hashlib, jwt
        from messagebird.request_validator import RequestValidator
        def good(c):
            return RequestValidator(c["key"]).validate_signature(
                c["fields"].get("MessageBird-Signature-JWT"), c["url"], c["body"].encode())
        def token(url, body, key, algorithm="HS256", headers=None, without=(), **claims):
            payload = {"iss": "MessageBird", "nbf": claims.pop("now"), "jti": "af8b5e1c", "url_hash": hashlib.sha256(url.encode()).hexdigest()}
            payload["exp"] = payload["nbf"] + 60
            if body: payload["payload_hash"] = hashlib.sha256(body.encode()).hexdigest()
            payload.update(claims)
            for name in without: del payload[name]
            return jwt.encode(payload, key if algorithm != "none" else None, algorithm=algorithm, headers=headers)
        """

    @Test func messageBirdReports() throws {
        let account = try ShippedProfile.account("messagebird", ["signingKey": "bird"])
        let url =
            "https://gw.example.com/hooks/sms/01ab?id=1&reference=msg_00&status=delivered&recipient=352621123456"
        struct Question: Encodable {
            let url: String
            let now: Int64
        }
        let tokens: [String: String] = try VendorJudge.answer(
            """
            url, now = question["url"], question["now"]
            answer = {
              "good": token(url, "", "bird", now=now), "HS384": token(url, "", "bird", "HS384", now=now), "HS512": token(url, "", "bird", "HS512", now=now),
              "another key": token(url, "", "bird2", now=now), "a part of the key": token(url, "", "bir", now=now),
              "no algorithm": token(url, "", "bird", "none", now=now),
              "expired": token(url, "", "bird", now=now - 100), "not yet": token(url, "", "bird", now=now + 100),
              "without an end": token(url, "", "bird", without=["exp"], now=now), "without a start": token(url, "", "bird", without=["nbf"], now=now),
              "for a year": token(url, "", "bird", now=now, exp=now + 31536000),
              "of somebody else": token(url, "", "bird", iss="Else", now=now), "without an id": token(url, "", "bird", without=["jti"], now=now),
              "without the URL": token(url, "", "bird", without=["url_hash"], now=now), "of a body": token(url, "x", "bird", now=now),
              "critical": token(url, "", "bird", headers={"crit": ["b64"], "b64": True}, now=now),
            }
            """, prelude: Self.messageBirdScript, to: Question(url: url, now: seconds))
        let field = "MessageBird-Signature-JWT"
        let harmless = ["HS384", "HS512"]
        let swapped = tokens.filter { $0.key != "good" }.sorted { $0.key < $1.key }.map { name, token in
            Alteration(name, isHarmless: harmless.contains(name)) { $0.fields[field] = token }
        }
        try judge(
            account,
            JudgedCallback(method: "GET", url: url, fields: [field: tokens["good"] ?? ""], body: ""),
            swapped + [
                Alteration("a status") { $0.url = $0.url.replacing("delivered", with: "delivery_failed") },
                Alteration("a parameter added") { $0.url += "&a=b" },
                Alteration("a parameter removed") {
                    $0.url = $0.url.replacing("&status=delivered", with: "")
                },
                Alteration("a parameter twice") { $0.url += "&id=1" },
                Alteration("the order of parameters") {
                    $0.url = $0.url.replacing("id=1&reference=msg_00", with: "reference=msg_00&id=1")
                },
                Alteration("the host") { $0.url = $0.url.replacing("gw.", with: "gx.") },
                Alteration("the scheme") { $0.url = $0.url.replacing("https", with: "http") },
                Alteration("the path") { $0.url = $0.url.replacing("01ab", with: "01ac") },
                Alteration("a body") { $0.body = "x" },
                Alteration("a bit of the signature") { callback in
                    callback.fields[field] = callback.fields[field].map { $0.flipped(at: $0.utf8.count - 9) }
                },
                Alteration("a bit of the claims") { $0.fields[field] = $0.fields[field]?.flipped(at: 50) },
                Alteration("an empty signature") { $0.fields[field] = "" },
                Alteration("no signature part") { callback in
                    callback.fields[field] = callback.fields[field].map {
                        $0[..<($0.lastIndex(of: ".") ?? $0.endIndex)] + "."
                    }
                },
                Alteration("no signature") { $0.fields[field] = nil },
                Alteration("the method") { $0.method = "POST" },
            ], by: Self.messageBirdScript, key: "bird")
    }

    // MARK: Vonage

    private static let vonageSMSScript = """
        from urllib.parse import parse_qsl, urlencode
        from vonage_http_client.auth import Auth
        def auth(key, algorithm): return Auth(api_key="k", signature_secret=key, signature_method=algorithm)
        def good(c):
            key, algorithm = c["key"].split("/")
            pairs = parse_qsl(c["body"], keep_blank_values=True)
            return len(dict(pairs)) == len(pairs) and auth(key, algorithm).check_signature(dict(pairs))
        """

    /// One callback for each of key, algorithm and moment.
    private func vonageSMS(_ signings: [(key: String, algorithm: String, at: Int64)]) throws
        -> [JudgedCallback]
    {
        let bodies: [String] = try VendorJudge.answer(
            """
            answer = []
            for key, algorithm, moment in question:
                params = {"messageId": "0A0000", "msisdn": "352621123456", "to": "Garage", "status": "delivered", "client-ref": "msg_00",
                          "text": "a&b=c é", "err-code": "0", "timestamp": moment}
                params["sig"] = auth(key, algorithm).sign_params(dict(params))
                answer.append(urlencode(params))
            """, prelude: Self.vonageSMSScript, to: signings.map { [$0.key, $0.algorithm, String($0.at)] })
        return bodies.map {
            JudgedCallback(
                method: "POST", url: Self.url, fields: ["Content-Type": "application/x-www-form-urlencoded"],
                body: $0)
        }
    }

    @Test("Vonage's SMS API", arguments: ["md5", "sha1", "sha256", "sha512"])
    func vonageSMSCallbacks(algorithm: String) throws {
        let account = try ShippedProfile.account(
            "vonage", ["signatureSecret": "s1g", "signatureAlgorithm": algorithm])
        let otherWord = algorithm == "md5" ? "sha1" : "md5"
        let callbacks = try vonageSMS([
            ("s1g", algorithm, seconds), ("s1g", algorithm, seconds - 400), ("s1g", algorithm, seconds + 400),
            ("s1h", algorithm, seconds), ("s1g", otherWord, seconds),
        ])
        let (old, future, other, otherAlgorithm) = (callbacks[1], callbacks[2], callbacks[3], callbacks[4])
        try judge(
            account, callbacks[0],
            Self.formAlterations + [
                Alteration("a bit of the signature") {
                    $0.body = $0.body.flipped(at: $0.body.utf8.count - 1)
                },
                Alteration("an empty signature") { callback in
                    callback.body = callback.body.replacing(/sig=.*$/, with: "sig=")
                },
                Alteration("no signature") { $0.body = $0.body.replacing(/&sig=.*$/, with: "") },
                Alteration("no moment") { $0.body = $0.body.replacing(/&timestamp=[0-9]+/, with: "") },
                Alteration("an old one") { $0 = old },
                Alteration("a future one") { $0 = future },
                Alteration("another key") { $0 = other },
                Alteration("another algorithm") { $0 = otherAlgorithm },
            ], by: Self.vonageSMSScript, key: "s1g/\(algorithm)")
        #expect(throws: HookRefusal.time) { try account.events(in: old.request, now: now) }
        #expect(throws: JSONProblems.self) {
            try ShippedProfile.account("vonage", ["signatureAlgorithm": "none"])
        }
    }

    private static let vonageMessagesScript = """
        import hashlib, jwt
        from vonage_jwt import verify_jwt
        def good(c): return verify_jwt.verify_signature(c["fields"]["Authorization"][7:], c["key"])
        def token(body, key, algorithm="HS256", without=(), **claims):
            payload = {"iss": "Vonage", "jti": "c5ba8f24", "payload_hash": hashlib.sha256(body.encode()).hexdigest()}
            payload.update(claims)
            for name in without: del payload[name]
            return jwt.encode(payload, key if algorithm != "none" else None, algorithm=algorithm)
        """

    @Test func vonageMessagesCallbacks() throws {
        let account = try ShippedProfile.account("vonage-messages", ["signatureSecret": "s1g"])
        let body = #"{"message_uuid":"aa","status":"delivered","client_ref":"msg_00"}"#
        struct Question: Encodable {
            let body: String
            let now: Int64
        }
        let tokens: [String: String] = try VendorJudge.answer(
            """
            body, now = question["body"], question["now"]
            answer = {
              "good": token(body, "s1g", iat=now), "another key": token(body, "s1h", iat=now), "HS384": token(body, "s1g", "HS384", iat=now),
              "HS512": token(body, "s1g", "HS512", iat=now), "no algorithm": token(body, "s1g", "none", iat=now),
              "old": token(body, "s1g", iat=now - 400), "future": token(body, "s1g", iat=now + 400), "no moment": token(body, "s1g"),
              "ended": token(body, "s1g", iat=now, exp=now - 400), "no hash": token(body, "s1g", iat=now, without=["payload_hash"]),
              "of another body": token(body + " ", "s1g", iat=now), "no id": token(body, "s1g", iat=now, without=["jti"]),
            }
            """, prelude: Self.vonageMessagesScript, to: Question(body: body, now: seconds))
        let swapped = tokens.filter { $0.key != "good" }.sorted { $0.key < $1.key }.map { name, token in
            Alteration(name) { $0.fields["Authorization"] = "Bearer " + token }
        }
        try judge(
            account,
            JudgedCallback(
                method: "POST", url: Self.url, fields: ["Authorization": "Bearer " + (tokens["good"] ?? "")],
                body: body),
            swapped + [
                Alteration("a byte of the body") { $0.body = $0.body.flipped(at: 20) },
                Alteration("no body") { $0.body = "" },
                Alteration("no signature") { $0.fields["Authorization"] = nil },
                Alteration("an empty signature") { $0.fields["Authorization"] = "Bearer " },
                Alteration("another scheme") { $0.fields["Authorization"] = "Basic czFnOnMxZw==" },
                Alteration("the method") { $0.method = "GET" },
            ], by: Self.vonageMessagesScript, key: "s1g")
    }
}
