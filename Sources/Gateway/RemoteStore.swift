// The way of a command to the gateway that has the store: the same verbs, written by its one writer. When the gateway goes away, every
// command without an answer fails with the truth: nobody knows whether it was written.

import OutboxStore
import Runtime

final class RemoteStore: StoreCommands {
    typealias Completion = @Sendable (Result<StoreAnswer, StoreError>) -> Void

    /// What commands without an answer weigh, at most: their answers fit the socket's buffer, so the gateway never waits for us.
    private static let window = 64

    private struct State {
        var waiting: [UInt64: (weight: Int, completion: Completion)] = [:]
        var weight = 0
        var lastNumber: UInt64 = 0
        var isClosed = false
    }

    private let socket: UnixSocket
    private let readers: ReaderPool
    private let state: Monitor<State>
    private let thread: NamedThread

    init(socketPath: String, storePath: String, keyFingerprint: String) throws(SystemError) {
        let socket = try UnixSocket.connect(to: socketPath)
        let state = Monitor(State())
        self.socket = socket
        self.state = state
        readers = ReaderPool(path: storePath, keyFingerprint: keyFingerprint)
        thread = NamedThread("answers") {
            while let frame = socket.receive(), let (number, payload) = CommandFrame.open(frame) {
                let answered = state.update { state in
                    let answered = state.waiting.removeValue(forKey: number)
                    state.weight -= answered?.weight ?? 0
                    return answered
                }
                answered?.completion(CommandFrame.answer(payload))
            }
            let abandoned = state.update { state in
                state.isClosed = true
                defer { state.waiting = [:] }
                return state.waiting
            }
            for command in abandoned.values { command.completion(.failure(.unanswered)) }
        }
    }

    /// Ends the connection.
    func close() {
        socket.shutDown()
        thread.join()
    }

    func submit(_ command: StoreCommand, completion: @escaping Completion) {
        let payload: [UInt8]
        do {
            payload = try CommandFrame.bytes(of: command)
        } catch {
            return completion(.failure(.failed("the command cannot be sent: \(error)")))
        }
        let number = state.wait { state -> UInt64? in
            if state.isClosed { return 0 }
            guard state.weight + command.answerWeight <= Self.window else { return nil }
            state.weight += command.answerWeight
            state.lastNumber += 1
            state.waiting[state.lastNumber] = (command.answerWeight, completion)
            return state.lastNumber
        }
        guard number > 0 else { return completion(.failure(.stopped)) }
        // One that cannot be sent any more is answered by the end of the connection.
        if !socket.send(CommandFrame.frame(number, payload)) { socket.shutDown() }
    }

    func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try readers.read(body)
    }
}
