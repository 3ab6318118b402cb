// The methods that a profile may use.

enum RequestMethod: String, CaseIterable, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
}
