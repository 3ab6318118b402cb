/// How a message travels.
package enum Channel: String, Sendable, CaseIterable {
    case email
    case sms
}
