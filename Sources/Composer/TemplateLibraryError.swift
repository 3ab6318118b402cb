/// A template folder that cannot be used: which file, and why. The start stops with it; nothing is half loaded.
package struct TemplateLibraryError: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    package let reason: String

    package var description: String { "\(file): \(reason)" }
}
