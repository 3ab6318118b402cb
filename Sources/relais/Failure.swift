// Why a command ends without success: an exit code of sysexits(3) and one line. Every error of the rooms below finds its code here
// and nowhere else.

import Composer
import Domain
import Gateway
import Glibc
import HTTPServer
import Intake
import JSON
import OutboxStore
import Runtime
import TemplateEngine

enum ExitStatus: CInt {
    case ok = 0
    case usage = 64
    case dataError = 65
    case noInput = 66
    case unavailable = 69
    case internalError = 70
    case cannotCreate = 73
    case inputOutput = 74
    case temporary = 75
    case noPermission = 77
    case configuration = 78
}

struct Failure: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as StoreError: self.init(Self.status(of: error), error.description)
        case let error as HomeError:
            self.init(error.kind == .cannotCreate ? .cannotCreate : .configuration, error.description)
        case let error as HTTPServerError: self.init(.unavailable, error.description)
        case let error as TemplateLibraryError: self.init(.configuration, error.description)
        case let error as SystemError: self.init(Self.status(of: error), error.description)
        case is JSONProblems, is JSONSyntaxError, is TemplateError, is ValueError, is IntakeError:
            self.init(.dataError, "\(error)")
        default: self.init(.internalError, "\(error)")
        }
    }

    private static func status(of error: StoreError) -> ExitStatus {
        switch error {
        case .notFound: .noInput
        case .conflict, .keyReused, .refused: .dataError
        case .locked, .overloaded, .stopped, .unanswered, .belowFloor, .inFlight, .logHeld: .temporary
        case .full, .notMirrored, .broken: .inputOutput
        case .unusable: .configuration
        case .failed: .internalError
        }
    }

    private static func status(of error: SystemError) -> ExitStatus {
        switch error.code {
        // The folder of what was to be written is not there.
        case ENOENT where error.call == "create", ENOTDIR where error.call == "create": .cannotCreate
        case ENOENT, EISDIR, ENOTDIR: .noInput
        case EACCES, EPERM: .noPermission
        case EEXIST: .cannotCreate
        default: .inputOutput
        }
    }
}
