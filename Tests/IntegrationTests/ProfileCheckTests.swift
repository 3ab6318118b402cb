// Profiles of SMS providers as an operator meets them: `check` reads all of them, one of the home takes the place of a shipped one, and a wrong one
// is named with its place before anything is sent by it.

import Foundation
import Support
import Testing

struct ProfileCheckTests {
    @Test func everyProfileIsReadAndAWrongOneIsNamed() throws {
        let home = try TestHome()
        #expect(try home.succeed(["check"]).text.contains(/profiles: \d\d of SMS providers are good/))
        let folder = home.path + "/providers"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try home.write("providers/mine.json", #"{ source: "x", request: { method: "PATCH" } }"#)
        let check = try home.run(["check"])
        #expect(check.status == 78 && check.text.contains("providers/mine.json"), "\(check.text)")
        #expect(check.text.contains("/request/method"))
    }

    @Test func aProfileOfTheHomeTakesThePlaceOfAShippedOne() throws {
        let home = try TestHome()
        try FileManager.default.createDirectory(
            atPath: home.path + "/providers", withIntermediateDirectories: true)
        try home.write("providers/twilio.json", "{}")
        try home.write(
            "relais.json",
            #"""
            {
              listen: "127.0.0.1:0", opsListen: "127.0.0.1:0", publicURL: "http://127.0.0.1:8025",
              providers: { sms: { kind: "sms", profile: "twilio", baseURL: "https://api.twilio.com",
                                  parameters: { account: "AC1", token: "t" } } },
              routes: { sms: ["sms"] },
            }
            """#)
        let check = try home.run(["check"])
        #expect(check.status == 78 && check.text.contains("/providers/sms/profile"), "\(check.text)")
        #expect(check.text.contains("\(home.path)/providers/twilio.json"))
    }
}
