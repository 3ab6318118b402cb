// The crash tests of `make crash` in their short form, with a fixed seed: what is killed, cut off and filled up here is the executable
// itself. The judges are Python, apart from the product's language and code (Tests/Crash); what they counted is printed.

import Foundation
import Support
import Testing

@Suite struct CrashProofTests {
    /// Runs a script of Tests/Crash to its end and prints what it says.
    private func python(_ script: String, _ arguments: [String] = []) throws -> String {
        let folder = try TestFolder()
        let file = folder.path + "/output"
        let output = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer {
            close(output)
            close(null)
        }
        let process = try ChildProcess(
            "/usr/bin/python3", ["-B", "\(Relais.repository)/Tests/Crash/\(script)"] + arguments,
            environment: ProcessInfo.processInfo.environment, input: null, output: output, error: output)
        let status = try process.waitForEnd(atMostSeconds: 900)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        print(text)
        #expect(status == 0, "\(script):\n\(text)")
        return text
    }

    @Test func theCheckerFlagsEveryMutant() throws {
        #expect(try python("checker_test.py").contains("the clean record passes"))
    }

    @Test func theFaultProviderFailsAsItIsTold() throws {
        #expect(try python("fault_provider_test.py").contains("checks hold"))
    }

    @Test func whatWasPromisedOutlivesEveryCrash() throws {
        let text = try python("crash.py", ["--relais", Relais.executable, "--short", "--count", "8"])
        for part in [
            "kills: seed", "sms: seed", "cuts, torn: seed", "mutant caught", "syscalls: seed",
            "errors, serve: seed",
            "poison: seed",
        ] {
            #expect(text.contains(part), "\(part) is missing")
        }
        #expect(text.contains("full: seed") || text.contains("NOT tested"))
    }
}
