// `/metrics`, judged by promtool and by both parsers of prometheus_client: what a monitoring system reads is what happened, and names nobody.

import Foundation
import Support
import Testing

@Suite struct MetricsTests {
    @Test func whatIsServedIsCleanAndSaysWhatHappened() throws {
        let home = try TestHome()
        let key = try home.key()
        let gateway = try home.serve()
        let id = try #require(try gateway.accept(SampleMessage("canary@example.com"), key: key)["id"].string)
        let sent = try Patience.wait { try home.message(id)["state"].string == "sent" ? true : nil }
        #expect(sent == true)
        let path = try Mail.unsubscribePath(home.content(id))
        _ = try gateway.client.send("GET", path)
        _ = try gateway.client.send("HEAD", path)
        _ = try gateway.client.send("GET", "/v1/nowhere")
        let operations = HTTPClient(port: gateway.operationsPort)
        let plain = try operations.send("GET", "/metrics")
        let open = try operations.send(
            "GET", "/metrics", [("Accept", "application/openmetrics-text; version=1.0.0")])
        #expect(plain["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(open["Content-Type"]?.hasPrefix("application/openmetrics-text; version=1.0.0") == true)
        let folder = try TestFolder()
        let linted = try Judge.run(
            "prometheus/usr/bin/promtool", ["check", "metrics"], in: folder, input: plain.text)
        #expect(linted.code == 0 && linted.text.isEmpty, "\(linted.text)")
        for (parser, text) in [
            ("prometheus_client.parser", plain.text), ("prometheus_client.openmetrics.parser", open.text),
        ] {
            let read = try Judge.run("bin/python", ["-c", Self.script, parser], in: folder, input: text)
            #expect(read.code == 0, "\(read.text)")
            let lines = Set(read.text.split(separator: "\n").map(String.init))
            for line in [
                "relais_http_requests_total operation=createMessage,status=202 1.0",
                "relais_http_requests_total operation=showUnsubscribePage,status=200 2.0",
                "relais_http_requests_total operation=none,status=404 1.0",
                "relais_http_request_duration_seconds_count operation=createMessage 1.0",
                "relais_attempts_total outcome=accepted,provider=main 1.0", "relais_messages_waiting  0.0",
                "relais_provider_stopped channel=email,provider=main 0.0",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            for secret in ["canary", "example", "garage", "msg_", "ct_", "WO-1"] {
                #expect(!text.contains(secret), "\(secret)")
            }
        }
        #expect(try gateway.client.send("GET", "/metrics").status == 404)
    }

    private static let script = """
        import importlib, sys
        read = importlib.import_module(sys.argv[1]).text_string_to_metric_families
        for family in read(sys.stdin.read()):
            for sample in family.samples:
                print(sample.name, ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items())), float(sample.value))
        """
}
