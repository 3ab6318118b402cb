// Openings: a browser that a person navigates counts, once a minute; 10 000 looks of scanners, previews and prefetching browsers do not.

import OutboxStore
import Support
import Testing

struct OpeningTests {
    private let gateway: PublicGateway
    private let message: MessageRecord
    private let path: String

    init() throws {
        gateway = try PublicGateway()
        message = try gateway.accept("intervention-ready", "zoe@example.lu")
        path = try gateway.link("/m/", in: message)
    }

    @Test func aPersonIsCountedOnceAMinute() throws {
        #expect(try gateway.fixture.message(message.id).view.text().contains("openings") == false)
        let first = gateway.fixture.clock.now
        for fields in Browsers.all {
            #expect(try gateway.get(path, fields).status == 200)
        }
        #expect(try gateway.opened(message)?.count == 1)
        gateway.fixture.clock.advance(by: .milliseconds(59_999))
        _ = try gateway.get(path, Browsers.firefox)
        #expect(try gateway.opened(message)?.count == 1)
        gateway.fixture.clock.advance(by: .milliseconds(1))
        _ = try gateway.get(path, Browsers.firefox)
        let opened = try #require(try gateway.opened(message))
        #expect(opened.count == 2 && opened.firstAt == first)
        let view = try gateway.fixture.message(message.id).view.text()
        #expect(view.contains(#""openings":{"count":2,"firstAt":"\#(first.text)"}"#))
    }

    @Test(arguments: Browsers.all.indices)
    func everyBrowserIsAPerson(index: Int) throws {
        _ = try gateway.get(path, Browsers.all[index])
        #expect(try gateway.opened(message)?.count == 1)
    }

    @Test func whoeverIsNoPersonIsNotCounted() throws {
        let browser = Browsers.firefox
        func without(_ name: String) -> [(String, String)] { browser.filter { $0.0 != name } }
        var looks: [(method: String, fields: [(String, String)])] = [("HEAD", browser), ("GET", [])]
        for (name, value) in [
            ("Sec-Purpose", "prefetch"), ("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"),
            ("X-Purpose", "preview"), ("X-Moz", "prefetch"),
        ] { looks.append(("GET", browser + [(name, value)])) }
        for name in ["Sec-Fetch-Mode", "Sec-Fetch-Dest", "Accept-Language", "User-Agent"] {
            looks.append(("GET", without(name)))
        }
        for (name, value) in [
            ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "iframe"),
            ("Sec-Fetch-Dest", "image"), ("Sec-Fetch-Dest", "empty"),
        ] { looks.append(("GET", without(name) + [(name, value)])) }
        for agent in Scanners.agents.dropFirst() + Self.wholeBrowsers {
            looks.append(("GET", without("User-Agent") + [("User-Agent", agent)]))
        }
        // The first names itself as a browser, and says nothing else that one says.
        looks += Scanners.agents.map { ("GET", [("User-Agent", $0)]) }
        for look in looks {
            #expect(try gateway.client.send(look.method, path, look.fields).status == 200)
            #expect(try gateway.opened(message) == nil, "\(look)")
        }
        // And as often as scanners do it.
        for number in 0..<(10_000 - looks.count) {
            let look = looks[number % looks.count]
            _ = try gateway.client.send(look.method, path, look.fields)
        }
        #expect(try gateway.opened(message) == nil)
        #expect(try gateway.ledgerCount() == 0)
    }

    @Test func aPageThatIsOverIsNotOpened() throws {
        _ = try gateway.fixture.store.revoke(message.id)
        #expect(try gateway.get(path, Browsers.firefox).status == 410)
        #expect(try gateway.opened(message) == nil)
    }

    /// Scanners that drive a whole browser and say so.
    private static let wholeBrowsers = [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0 Safari/537.36",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 BingPreview/1.0b",
        "Mozilla/5.0 (Windows NT 6.1) (compatible; Barracuda Sentinel (EE))",
    ]
}

/// What browsers say when a person opens a link in a mail.
enum Browsers {
    private static let navigation = [
        ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1"),
        ("Sec-Fetch-Dest", "document"), ("Accept-Language", "fr-LU,fr;q=0.8"),
    ]
    static let firefox =
        navigation + [
            ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0")
        ]
    /// Safari says nothing of the user.
    private static let safari =
        navigation.filter { $0.0 != "Sec-Fetch-User" } + [
            (
                "User-Agent",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    + "Version/18.1 Mobile/15E148 Safari/604.1"
            )
        ]
    private static let chrome =
        navigation + [
            (
                "User-Agent",
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
                    + "Mobile Safari/537.36"
            )
        ]
    static let all = [firefox, safari, chrome]
}

extension PublicGateway {
    /// The openings of a message, once whatever was to be written is: a command after it waits for it.
    func opened(_ message: MessageRecord) throws -> PageOpenings? {
        try fixture.store.rebuildStanding()
        return try fixture.message(message.id).openings
    }
}
