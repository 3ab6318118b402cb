// Many messages, each by itself: what `relais send` and `POST /v1/messages/batch` share. While the store commits some, the next are
// composed; what waits for its commit is bounded, and so is the memory.

import Domain
import OutboxStore
import Runtime

extension Intake {
    /// Messages composed but not committed yet: enough for a full group commit, little memory.
    private static let window = 500

    /// Accepts one message a line, its key in its member `key`, and gives every result in the order of the lines, on this thread. A refused
    /// message is its sender's, and the others go on. After a failure of the store, or once `mayGoOn` says no, no more are begun;
    /// whatever was begun is answered, so nothing accepted is denied.
    package func acceptEach(
        _ lines: some Sequence<ArraySlice<UInt8>>, for dealership: DealershipID,
        while mayGoOn: () -> Bool = { true }, _ answer: (Result<AcceptedMessage, IntakeError>) -> Void
    ) {
        let results = Monitor<[Int: Result<AcceptedMessage, IntakeError>]>([:])
        var begun = 0
        var answered = 0
        var hasStoreFailed = false
        func answerNext() {
            let result = results.wait { $0.removeValue(forKey: answered) }
            answered += 1
            if case .failure(.store) = result { hasStoreFailed = true }
            answer(result)
        }
        for line in lines {
            if begun - answered == Self.window { answerNext() }
            guard !hasStoreFailed, mayGoOn() else { break }
            let index = begun
            accept(Array(line), key: .member, for: dealership) { result in
                results.update { $0[index] = result }
            }
            begun += 1
        }
        while answered < begun { answerNext() }
    }
}
