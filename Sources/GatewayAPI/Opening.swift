// Whether a request for a message's page looks like a person who opens it. Programs open the links of a mail before or instead of a person
// (field.md 3.3), so what counts is what only a browser says when it is navigated somewhere (Fetch Metadata, which every browser since 2023
// sends to https), and never when it says that it looks ahead or names itself as a program. A scanner that drives a whole browser and hides
// it is counted all the same, and a person behind an old browser is not: the number is an indication and no proof.

import HTTPServer

enum Opening {
    /// What programs that are no person's browser call themselves, in lower case. They are the ones that drive a browser's engine; others do
    /// not say what a browser says.
    private static let programs = [
        "bot", "crawl", "spider", "preview", "scan", "proxy", "headless", "lighthouse", "barracuda",
        "mimecast",
        "proofpoint", "safelinks", "symantec", "trendmicro", "ironport", "fireeye", "trellix", "sophos",
        "forcepoint", "zscaler", "externalhit", "whatsapp", "monitor", "curl", "wget", "python", "java/",
        "go-http", "microsoft office", "ms-office",
    ]
    /// Names of fields by which a browser says that nobody has looked yet: today's, and those before it.
    private static let lookingAhead = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"]

    static func isByPerson(_ request: HTTPRequest) -> Bool {
        guard request.method == "GET", request["Sec-Fetch-Mode"] == "navigate",
            request["Sec-Fetch-Dest"] == "document", request["Accept-Language"] != nil,
            lookingAhead.allSatisfy({ request[$0] == nil }), let agent = request["User-Agent"]?.lowercased()
        else { return false }
        return agent.hasPrefix("mozilla/5.0 ") && !programs.contains(where: agent.contains)
    }
}
