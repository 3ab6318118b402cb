// An import on its way into the store: while some lines are written, the next are read and their references computed on the calling
// thread. Lines go in batches, a bounded number at once, and every line's fate is told in the order of the file, once it is on disk. A
// failure of the store ends it; what was written until then is told, and the same file can be imported again, because what stands already
// writes nothing.

import Consent
import Domain
import OutboxStore
import Runtime

package final class ConsentImport {
    /// What became of a line.
    package struct Fate: Sendable {
        package enum Kind: String, Sendable, CaseIterable {
            /// It added entries to the ledger.
            case recorded
            /// The ledger says the same already.
            case standing
            /// It says nothing of consent; whose addresses these are is known now.
            case contact
            /// Something in it was refused; a block that it says is recorded nevertheless.
            case refused
        }

        package let line: Int
        package let kind: Kind
        /// The entries that were added, or that stand already.
        package let entries: [LedgerEntryID]
        package let reasons: [String]
    }

    /// Where the lines go.
    package enum Destination {
        case store(any StoreCommands)
        /// Nothing is written; each line is told as if it were the file's only one.
        case rehearsal(StoreReader)
    }

    /// Lines of one batch, and acts: few enough that a running gateway's own work waits for some milliseconds only.
    private static let batchLimit = 500
    /// Bytes of texts in a batch: beside a gateway it is one frame on the socket, in JSON that may be six times as long.
    private static let batchByteLimit = 1 << 20
    /// Batches without an answer, at most.
    private static let window = 64

    private struct Batch {
        var refusals: [(line: Int, reasons: [String])] = []
        var requests: [ImportBatch.Line] = []
        var notices: Set<Notice> = []
        var actCount = 0
        var byteCount = 0
    }

    private let destination: Destination
    private let planner: ImportPlanner
    private let clock: WallClock
    private let tell: (Fate) -> Void
    private let results = Monitor<[Int: Result<[ImportResult], StoreError>]>([:])
    private var current = Batch()
    private var underway: [Batch] = []
    private var told = 0

    /// - Parameter tell: called on the calling thread.
    package init(
        to destination: Destination, planner: ImportPlanner, clock: WallClock = .system,
        tell: @escaping (Fate) -> Void
    ) {
        self.destination = destination
        self.planner = planner
        self.clock = clock
        self.tell = tell
    }

    package func take(_ line: ImportLine) throws(StoreError) {
        let plan = planner.plan(line, now: clock.now())
        current.refusals.append((line.number, plan.refusals))
        current.requests.append(plan.request)
        current.actCount += plan.request.acts.count
        for act in plan.request.acts { current.byteCount += act.evidence?.text.utf8.count ?? 0 }
        for said in line.statements {
            guard let notice = said.statement.notice,
                plan.request.acts.contains(where: { $0.act.noticeDigest == said.statement.noticeDigest })
            else { continue }
            if current.notices.insert(notice).inserted { current.byteCount += notice.text.utf8.count }
        }
        if max(current.requests.count, current.actCount) >= Self.batchLimit
            || current.byteCount >= Self.batchByteLimit
        {
            try submit()
        }
    }

    /// Writes what is left and waits for the last line.
    package func finish() throws(StoreError) {
        if !current.requests.isEmpty { try submit() }
        while !underway.isEmpty { try tellNext() }
    }

    private func submit() throws(StoreError) {
        if underway.count == Self.window { try tellNext() }
        let batch = ImportBatch(lines: current.requests, notices: Array(current.notices))
        let number = told + underway.count
        underway.append(current)
        current = Batch()
        switch destination {
        case .store(let store):
            store.importStatements(batch, dealership: planner.dealership) { [results] result in
                results.update { $0[number] = result }
            }
        case .rehearsal(let reader):
            let rehearsed = try reader.rehearse(batch, dealership: planner.dealership, now: clock.now())
            results.update { $0[number] = .success(rehearsed) }
        }
    }

    private func tellNext() throws(StoreError) {
        let answer = results.wait { $0.removeValue(forKey: self.told) }
        let batch = underway.removeFirst()
        told += 1
        for ((line, reasons), result) in zip(batch.refusals, try answer.get()) {
            let (kind, entries): (Fate.Kind, [LedgerEntryID]) =
                switch result {
                case .recorded(let entries): (.recorded, entries)
                case .standing(let entries): (.standing, entries)
                case .contact: (.contact, [])
                }
            tell(
                Fate(
                    line: line, kind: reasons.isEmpty ? kind : .refused, entries: entries, reasons: reasons))
        }
    }
}
