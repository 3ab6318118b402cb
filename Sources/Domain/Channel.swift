/// How a message travels.
package enum Channel: String, Codable, Sendable, CaseIterable {
    case email
    case sms
}
