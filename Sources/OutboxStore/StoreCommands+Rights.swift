// The verbs of a person's rights, for whoever can run commands: the API's handlers and the command line call the same ones.

import Consent
import Domain
import Runtime

extension StoreCommands {
    package func open(_ request: SubjectRequest) throws(StoreError) -> SubjectRequest {
        guard case .request(let request) = try perform(.openRequest(request)) else { throw .mismatch }
        return request
    }

    package func close(_ closing: RequestClosing) throws(StoreError) -> SubjectRequest {
        guard case .request(let request) = try perform(.closeRequest(closing)) else { throw .mismatch }
        return request
    }

    /// - Parameter evidence: what the rectification's digest was made of.
    package func rectify(
        _ rectification: Rectification, _ evidence: EvidenceText
    ) throws(StoreError) -> RectifiedContact {
        guard case .rectified(let contact) = try perform(.rectify(rectification, evidence)) else {
            throw .mismatch
        }
        return contact
    }

    /// Erases a person, step by step; the rows that were erased, by table.
    ///
    /// - Throws: `inFlight` before anything is written; `logHeld` when all is erased and old pages could not be removed yet: doing it again
    ///   finishes either.
    package func erase(_ subject: Subject, by author: Author) throws(StoreError) -> [String: Int] {
        var counts: [String: Int] = [:]
        var step: ErasureStep? = ErasureStep(subject, by: author)
        while let current = step {
            guard case .erased(let result) = try perform(.erase(current)) else { throw .mismatch }
            counts.merge(result.counts, uniquingKeysWith: +)
            step = result.next
        }
        try emptyLog()
        return counts
    }

    /// How often the log is looked at while a reader holds it, and how long apart: two seconds, of the caller's time and not of the store's.
    private static var logTries: Int { 50 }
    private static var logGap: Duration { .milliseconds(40) }

    private func emptyLog() throws(StoreError) {
        for attempt in 1...Self.logTries {
            do throws(StoreError) {
                guard case .logEmptied = try perform(.emptyLog) else { throw .mismatch }
                return
            } catch {
                guard error == .logHeld, attempt < Self.logTries else { throw error }
                _ = Monitor(()).wait(atMost: Self.logGap) { _ in Bool?.none }
            }
        }
    }
}
