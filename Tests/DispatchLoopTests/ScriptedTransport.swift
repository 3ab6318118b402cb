// A provider that does what a test says, on as many connections as the lane opens, and counts what it was handed.

import Delivery
import Domain
import Runtime
import Transports

final class ScriptedTransport: Transport {
    typealias Script =
        @Sendable (_ handover: Handover, _ isStillAllowed: () -> Bool) -> AttemptReport

    let name: String
    private let script: Script
    private let log = Monitor<[String]>([])

    init(_ name: String = "relay", _ script: @escaping Script = { _, _ in .ended(.accepted) }) {
        self.name = name
        self.script = script
    }

    /// The ids of what was handed over, in order.
    var handedOver: [String] { log.update { $0 } }

    func openConnection() -> any TransportConnection { ScriptedConnection(self) }

    fileprivate func deliver(_ handover: Handover, _ isStillAllowed: () -> Bool) -> AttemptReport {
        let report = script(handover, isStillAllowed)
        if report.verdict.status != HandoverFault.withdrawn.rawValue {
            log.update { $0.append(handover.messageID) }
        }
        return report
    }
}

private final class ScriptedConnection: TransportConnection {
    private let transport: ScriptedTransport

    init(_ transport: ScriptedTransport) {
        self.transport = transport
    }

    func deliver(_ handover: Handover, isStillAllowed: @escaping () -> Bool) -> AttemptReport {
        transport.deliver(handover, isStillAllowed)
    }

    func hangUp() {}
}

extension AttemptReport {
    static func ended(
        _ outcome: Outcome, _ status: String = "250", reply: String? = nil, isProviderFault: Bool = false,
        isConfiguration: Bool = false
    ) -> AttemptReport {
        AttemptReport(
            verdict: Verdict(
                outcome: outcome, status: status, isProviderFault: isProviderFault,
                isConfiguration: isConfiguration),
            reply: reply)
    }
}
