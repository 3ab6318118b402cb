// Programs that judge us and that we did not write, where `make test` installs them: `.build/judges`.

import Foundation

package enum Judge {
    private static let folder = RepositoryFolder.path + "/.build/judges/"

    /// Runs one; what it wrote on both outputs, and its exit code.
    ///
    /// - Parameter program: its path in the folder, such as `bin/schemathesis`.
    package static func run(
        _ program: String, _ words: [String], in work: TestFolder, environment: [String: String] = [:],
        input: String? = nil
    ) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: folder + program)
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: work.path)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        if let input {
            try work.write("input", input)
            process.standardInput = try FileHandle(
                forReadingFrom: URL(fileURLWithPath: work.path + "/input"))
        }
        do {
            try process.run()
        } catch {
            throw TestFailure("\(folder + program) cannot be run (make test installs it): \(error)")
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
