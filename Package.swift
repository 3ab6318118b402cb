// swift-tools-version: 6.1
// Relais: a self-hosted message-delivery gateway. Targets stand in dependency order: a room imports only rooms
// above it, and `--explicit-target-dependency-import-check error` (see the Makefile) turns a wrong arrow into a build
// failure. No Swift package is used; the C libraries are Debian's, each imported by one room alone.
import PackageDescription

let package = Package(
    name: "relais",
    products: [.executable(name: "relais", targets: ["relais"])],
    targets: [
        // C libraries: module maps and typed setters for variadic functions, no logic.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CMicroHTTPD"),
        .systemLibrary(name: "CCrypto"),

        // Pure rooms: values in, values out; no I/O, no clock, no C.
        .target(name: "JSON"),  // strict JSON and JSON5, errors with pointers
        .target(name: "CSV"),  // RFC 4180, piece by piece
        .target(name: "Domain"),  // the words of the contract as types
        .target(name: "TemplateEngine"),  // Mustache, compiled once
        .target(name: "MIME"),  // a mail as RFC 5322 bytes
        .target(name: "Consent", dependencies: ["Domain", "JSON"]),  // ledger entries, their fold, the gate
        .target(  // outcomes, states, retry schedule
            name: "Delivery", dependencies: ["Domain", "JSON"],
            resources: [.embedInCode("../../Outbox/reply-rules.json")]),
        .target(  // texts, numbers, keywords and senders of SMS
            name: "SMS", dependencies: ["Domain", "JSON"],
            resources: [
                .embedInCode("../../Outbox/number-plans.json"),
                .embedInCode("../../Outbox/sender-rules.json"),
            ]),

        // One owner per C library or system facility.
        .target(name: "Runtime", dependencies: ["CLinux", "Domain", "JSON"]),  // locks, threads, clock, files
        .target(name: "SQLite", dependencies: ["CSQLite"]),
        .target(name: "Curl", dependencies: ["CCurl", "Delivery", "Runtime"]),
        .target(name: "HTTPServer", dependencies: ["CMicroHTTPD", "Runtime"]),
        .target(name: "Crypto", dependencies: ["CCrypto", "Domain", "JSON"]),  // libcrypto alone
        .target(  // profiles of SMS providers: requests, answers, callbacks
            name: "Providers", dependencies: ["Crypto", "Delivery", "Domain", "JSON"]),

        // Storage, words, wires.
        .target(
            name: "OutboxStore",
            dependencies: ["Consent", "Crypto", "Delivery", "Domain", "JSON", "Runtime", "SQLite"],
            resources: [
                .embedInCode("../../Outbox/migrations/m001_outbox.sql"),
                .embedInCode("../../Outbox/migrations/m002_routes_and_resends.sql"),
                .embedInCode("../../Outbox/migrations/m003_consent.sql"),
                .embedInCode("../../Outbox/migrations/m004_rights.sql"),
                .embedInCode("../../Outbox/migrations/m005_pages.sql"),
                .embedInCode("../../Outbox/migrations/m006_tenants.sql"),
                .embedInCode("../../Outbox/migrations/m007_webhooks.sql"),
                .embedInCode("../../Outbox/migrations/m008_sms.sql"),
            ]),
        .target(
            name: "Composer",
            dependencies: ["Crypto", "Domain", "JSON", "MIME", "Runtime", "SMS", "TemplateEngine"]),
        .target(
            name: "Transports",
            dependencies: [
                "Consent", "Curl", "Delivery", "Domain", "JSON", "Providers", "Runtime", "SMS",
            ]),

        // The two loops: accept and deliver. (`Dispatch` is the name of a system module that Foundation imports.)
        .target(
            name: "Intake",
            dependencies: [
                "CSV", "Composer", "Consent", "Crypto", "Domain", "JSON", "OutboxStore", "Runtime", "SMS",
            ]),
        .target(
            name: "DispatchLoop",
            dependencies: ["Delivery", "Domain", "OutboxStore", "Runtime", "Transports"]),

        // HTTP, wiring and lifecycle, commands.
        .target(
            name: "GatewayAPI",
            dependencies: [
                "Composer", "Consent", "Crypto", "Delivery", "Domain", "HTTPServer", "Intake", "JSON",
                "OutboxStore", "Providers", "Runtime", "SMS", "TemplateEngine",
            ],
            resources: [.embedInCode("../../Outbox/api/openapi.json")]),
        .target(
            name: "Gateway",
            dependencies: [
                "Composer", "Consent", "Crypto", "Curl", "Delivery", "DispatchLoop", "Domain", "GatewayAPI",
                "HTTPServer", "Intake", "JSON", "OutboxStore", "Providers", "Runtime", "TemplateEngine",
                "Transports",
            ]),
        .executableTarget(
            name: "relais",
            dependencies: [
                "CSV", "Composer", "Consent", "Crypto", "Delivery", "Domain", "Gateway", "Intake", "JSON",
                "MIME", "OutboxStore",
                "Runtime", "TemplateEngine",
            ]),

        // Tests: what they share, then one target a room; IntegrationTests drive the executable.
        .target(
            name: "Support",
            dependencies: [
                "Consent", "Crypto", "Delivery", "Domain", "JSON", "OutboxStore", "Runtime", "SQLite",
            ],
            path: "Tests/Support", exclude: ["tls_http_server.py", "tls_smtp_server.py"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "CSVTests", dependencies: ["CSV", "Support"]),
        .testTarget(name: "DomainTests", dependencies: ["Domain", "Support"]),
        .testTarget(name: "TemplateEngineTests", dependencies: ["Support", "TemplateEngine"]),
        .testTarget(name: "MIMETests", dependencies: ["MIME", "Support"]),
        .testTarget(name: "ConsentTests", dependencies: ["Consent", "Crypto", "Domain", "Support"]),
        .testTarget(name: "DeliveryTests", dependencies: ["Delivery", "Domain", "JSON", "Support"]),
        .testTarget(name: "SMSTests", dependencies: ["Domain", "JSON", "SMS", "Support"]),
        .testTarget(name: "HTTPServerTests", dependencies: ["HTTPServer", "Runtime", "Support"]),
        .testTarget(name: "CurlTests", dependencies: ["Curl", "Delivery", "Runtime", "Support"]),
        .testTarget(
            name: "TransportsTests",
            dependencies: [
                "Consent", "Curl", "Delivery", "Domain", "Providers", "Support", "Transports",
            ]),
        .testTarget(name: "RuntimeTests", dependencies: ["Runtime", "Support"]),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "Support"]),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto", "Domain", "JSON", "Support"]),
        .testTarget(
            name: "ProvidersTests",
            dependencies: ["Crypto", "Delivery", "Domain", "JSON", "Providers", "Support"]),
        .testTarget(
            name: "OutboxStoreTests",
            dependencies: [
                "Consent", "Crypto", "Delivery", "Domain", "JSON", "OutboxStore", "Runtime", "SQLite",
                "Support",
            ]),
        .testTarget(
            name: "ComposerTests",
            dependencies: [
                "Composer", "Crypto", "Domain", "Intake", "JSON", "MIME", "Support", "TemplateEngine",
            ]),
        .testTarget(
            name: "IntakeTests",
            dependencies: [
                "CSV", "Composer", "Consent", "Crypto", "Domain", "Intake", "JSON", "OutboxStore", "Runtime",
                "Support",
            ]),
        .testTarget(
            name: "DispatchLoopTests",
            dependencies: [
                "Consent", "Delivery", "DispatchLoop", "Domain", "OutboxStore", "Runtime", "SQLite",
                "Support",
                "Transports",
            ]),
        .testTarget(
            name: "GatewayAPITests",
            dependencies: [
                "Composer", "Consent", "Crypto", "Delivery", "Domain", "GatewayAPI", "HTTPServer", "Intake",
                "JSON", "OutboxStore", "Providers", "Runtime", "SMS", "Support",
            ]),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Consent", "Crypto", "Curl", "Delivery", "Domain", "Gateway", "GatewayAPI", "JSON",
                "OutboxStore", "Providers", "Runtime", "Support",
            ]),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Consent", "Delivery", "DispatchLoop", "Domain", "OutboxStore", "Support"]),
        .testTarget(name: "IntegrationTests", dependencies: ["Runtime", "Support"]),
        .executableTarget(  // `make bench`
            name: "GateBenchmark", dependencies: ["Consent", "Domain", "OutboxStore", "SQLite"],
            path: "Tests/Benchmarks/GateBenchmark"),
    ],
    swiftLanguageModes: [.v6]
)
