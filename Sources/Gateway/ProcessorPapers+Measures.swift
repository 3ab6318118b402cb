// What protects the data (article 32), looked up where it can be: file modes, encryption of every provider, terms, what runs.

import Domain
import Glibc
import JSON
import OutboxStore
import Runtime

extension ProcessorPapers {
    /// Technical and organisational measures, and where the data are.
    package func measures() throws(StoreError) -> JSONValue {
        [
            "paper": "measures (GDPR, article 32)", "madeAt": .string(now.text),
            "processor": try processor(),
            "places": .array(places),
            "access": [
                "listen": .string("\(configuration.listen.host):\(configuration.listen.port), loopback only"),
                "opsListen": .string(
                    "\(configuration.opsListen.host):\(configuration.opsListen.port), loopback only"),
                "publicURL": .string(configuration.publicURL),
                "isPublicURLSecure": .bool(configuration.isPublicURLSecure),
                "keys": "256 random bits, stored as SHA-256, one dealership each, with scopes",
            ],
            "transport": .array(configuration.providers.map { .string(protection(of: $0)) }),
            "pseudonyms":
                "contacts stand as keyed hashes (HMAC-SHA-256, key outside the database) in ledger, views, filters and logs",
            "integrity":
                "every write is on disk before it is answered; one hash chain a dealership (consent verify), signed checkpoints",
            "erasure": "overwritten in the database (secure_delete) and cut off its log",
            "logs": "no address, body or secret; contacts and messages by id",
            "backups":
                "relais backup: one consistent file without the keys; a restored store sends nothing until it is accepted",
            "terms": [
                "content": .string("\(configuration.retention.content)"),
                "attempts": .string("\(configuration.retention.attempts)"),
                "evidence": .string("\(configuration.retention.evidence)"),
            ],
        ]
    }

    private var places: [JSONValue] {
        var files: [(what: String, path: String)] = [
            ("database", configuration.storePath), ("database log", configuration.storePath + "-wal"),
            ("keys", home.path + "/" + Home.secretName),
            ("configuration", home.path + "/" + Home.configurationName),
        ]
        if let mirror = configuration.mirrorPath { files.append(("mirror of the ledger", mirror)) }
        for provider in configuration.providers {
            if case .folder(let path) = provider.kind { files.append(("captured messages", path)) }
        }
        return files.map { file in
            [
                "what": .string(file.what), "path": .string(file.path),
                "access": .string(access(to: file.path)),
            ]
        }
    }

    private func access(to path: String) -> String {
        guard Files.exists(path) else { return "is not there" }
        guard let isExposed = try? Files.isExposed(path) else { return "cannot be looked at" }
        return isExposed ? "OTHERS CAN READ IT: chmod go-rwx" : "its owner only"
    }

    private func protection(of provider: ProviderConfiguration) -> String {
        guard case .smtp(let endpoint) = provider.kind else {
            return "\(provider.name): stays on this machine"
        }
        let how =
            switch endpoint.encryption {
            case .implicit: "TLS from the first byte, certificate checked"
            case .startTLS: "STARTTLS required, certificate checked"
            case .off: "not encrypted"
            }
        return "\(provider.name): \(how)"
    }
}
