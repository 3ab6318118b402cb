// The OpenAPI document against two judges that we did not write: openapi-spec-validator reads it, and schemathesis asks the running gateway
// everything that the document allows and much that it forbids, with every check that it has. `make test` installs both from PyPI.

import Foundation
import Support
import Testing

@Suite struct APIDocumentTests {
    /// Values tried for each operation.
    private static let exampleCount = ProcessInfo.processInfo.environment["API_EXAMPLES"] ?? "15"

    @Test func aValidatorFindsNothing() throws {
        let gateway = try TestHome().serve()
        let document = try gateway.client.send("GET", "/openapi.json")
        #expect(document.status == 200)
        let folder = try TestFolder()
        try folder.write("openapi.json", document.text)
        let judged = try Judge.run("bin/openapi-spec-validator", [folder.path + "/openapi.json"], in: folder)
        #expect(judged.code == 0, "\(judged.text)")
    }

    @Test func schemathesisFindsNothing() throws {
        let home = try TestHome()
        let key = try home.key("send,read,consent,rights,admin")
        let gatewayKey = try home.succeed(["key", "create", "--gateway"]).lines[0]
        let id = try #require(try home.send(SampleMessage("zoe@example.com").bytes)["id"].string)
        var question = SampleMessage("zoe@example.com")
        question.template = "confirm-subscription"
        let asked = try #require(try home.send(question.bytes)["id"].string)
        let gateway = try home.serve()
        let folder = try TestFolder()
        try folder.write(
            "schemathesis.toml",
            """
            [checks]
            # 422: what a schema cannot say, such as an advisor's id. 413: a value that is too long may make the body so.
            positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "410", "422"]
            negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "409", "410", "413", "415", "422", "429", "503"]

            [parameters]
            "path.id" = "\(id)"

            [[operations]]
            include-path = "/v1/dealerships/{id}"
            parameters = { "path.id" = "garage-nord" }

            [[operations]]
            include-path = "/u/{token}"
            parameters = { "path.token" = "\(try Mail.unsubscribePath(home.content(id)).dropFirst(3))" }

            [[operations]]
            include-path = "/c/{token}"
            parameters = { "path.token" = "\(try Mail.confirmPath(home.content(asked)).dropFirst(3))" }

            [[operations]]
            include-path = "/m/{token}"
            parameters = { "path.token" = "\(try Mail.pagePath(home.content(id)).dropFirst(3))" }
            """)
        try folder.write(
            "hooks.py",
            """
            import schemathesis

            @schemathesis.serializer("application/x-ndjson")
            def lines(context, value):
                return value.encode() if isinstance(value, str) else repr(value).encode()
            """)
        // Whatever it does with the gateway's key to dealerships comes last: it may remove one.
        for (key, paths) in [(key, "."), (gatewayKey, "/v1/dealerships")] {
            let judged = try Judge.run(
                "bin/schemathesis",
                [
                    "--no-color", "run", "http://127.0.0.1:\(gateway.port)/openapi.json", "-H",
                    "Authorization: Bearer \(key)", "--checks", "all", "-n", Self.exampleCount,
                    "--generation-deterministic", "--include-path-regex", paths,
                ], in: folder, environment: ["SCHEMATHESIS_HOOKS": "hooks"])
            #expect(judged.code == 0, "\(judged.text.suffix(4000))")
            #expect(judged.text.contains(" passed"), "\(judged.text.suffix(4000))")
        }
        #expect(gateway.isRunning)
    }
}
