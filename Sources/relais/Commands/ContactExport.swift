// `relais contact export`: everything that is held about a person, for them: a page that can be read and printed, or JSON to take elsewhere
// (GDPR, articles 15 and 20). It changes nothing and works beside a running gateway.

import Domain
import Gateway
import JSON
import OutboxStore
import Runtime

enum ContactExport: Command {
    static let path = ["contact", "export"]
    static let summary = "show everything that is held about a person, from every table"
    static let options =
        SubjectOptions.all + [Option("--html", "FILE", "write the page to this new file instead")]

    static func run(_ arguments: Arguments) throws -> ExitStatus {
        let home = try arguments.home()
        let subject = try SubjectOptions.subject(arguments, home)
        guard !(arguments.isJSON && arguments["--html"] != nil) else {
            throw Failure(.usage, "give --json or --html, not both")
        }
        let export = try StoreSession.read(home) { try $0.export(subject) }
        let view = export.view(
            at: WallClock.system.now(), countries: home.configuration.providerCountries)
        if arguments.isJSON {
            Terminal.write(view)
        } else {
            let page = ExportPage.html(view)
            if let path = arguments["--html"] {
                try Files.create(path, page, mode: 0o600)
            } else {
                Terminal.writeBytes(page)
            }
        }
        if export.sharedCount > 0 {
            Terminal.complain(
                "note: \(export.sharedCount) messages (shared) also have a reference that you did not name; what may be another's is "
                    + "left out. If it is this person's too, name it and export again")
        }
        return .ok
    }
}
