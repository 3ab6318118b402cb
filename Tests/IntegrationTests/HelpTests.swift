// `--help` on every level, compared with Tests/Snapshots/help. RECORD_SNAPSHOTS=1 writes them anew; the diff is then read like code.

import Foundation
import Support
import Testing

@Suite struct HelpTests {
    private static let folder = Relais.repository + "/Tests/Snapshots/help"
    private static let levels = [
        "", "init", "check", "serve", "send", "deliver", "outbox", "outbox list", "outbox show",
        "outbox resolve", "outbox resend", "outbox revoke", "outbox explain", "outbox stats",
        "consent", "consent record", "consent show", "consent import", "consent export", "consent verify",
        "consent rebuild",
        "consent checkpoint", "consent receipt", "suppression", "suppression list", "suppression add",
        "suppression lift",
        "template", "template render",
        "dealership",
        "dealership put", "dealership list", "dealership show", "dealership remove", "dealership hold",
        "dealership release", "dealership export", "key", "key create", "key list", "key revoke", "provider",
        "provider list", "webhook",
        "webhook list",
        "webhook secret", "webhook enable", "webhook replay", "backup",
        "restore",
        "restore accept", "retention",
        "retention run", "contact", "contact export", "contact rectify", "contact erase", "request",
        "request open", "request list", "request close", "report", "report processing",
        "report subprocessors", "report measures",
        "report breach",
    ]

    @Test(arguments: levels)
    func theHelpIsTheRecordedOne(level: String) throws {
        let words = level.split(separator: " ").map(String.init)
        let result = try Relais.run(words + ["--help"])
        #expect(result.status == 0)
        #expect(result.error.isEmpty)
        let file = "\(Self.folder)/\((["relais"] + words).joined(separator: "-")).txt"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
            try Data(result.output).write(to: URL(fileURLWithPath: file))
        }
        let recorded = try String(contentsOfFile: file, encoding: .utf8)
        #expect(result.text == recorded, "RECORD_SNAPSHOTS=1 records it anew")
        for line in result.lines { #expect(line.count <= 120, "\(line)") }
    }

    @Test func everyCommandOfTheOverviewHasItsSnapshot() throws {
        let overview = try Relais.run(["--help"]).lines.filter { $0.hasPrefix("  ") }
        let commands = overview.map { line in
            line.split(separator: " ").prefix { $0.allSatisfy(\.isLowercase) }.joined(separator: " ")
        }
        for command in commands {
            #expect(
                Self.levels.contains { command == $0 || command.hasPrefix($0 + " ") && !$0.isEmpty },
                "\(command)")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(files.count == Self.levels.count, "no snapshot is left over")
        let all = try Relais.run(["--help"]).text
        #expect(try Relais.run([]).text == all)
        #expect(try Relais.run(["help"]).text == all)
        #expect(try Relais.run(["help", "outbox"]).text == Relais.run(["outbox", "--help"]).text)
    }
}
