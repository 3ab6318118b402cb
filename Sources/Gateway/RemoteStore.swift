// The way of a command to the gateway that has the store: the same verbs, written by its one writer. Answers come in the order of the
// commands. When the gateway goes away, every command without an answer fails with the truth: nobody knows whether it was written.

import OutboxStore
import Runtime

final class RemoteStore: StoreCommands {
    typealias Completion = @Sendable (Result<StoreAnswer, StoreError>) -> Void

    /// Commands without an answer, at most: their answers fit the socket's buffer, so the gateway never waits for us.
    private static let window = 64

    private struct State {
        var waiting: [Completion] = []
        var isClosed = false
    }

    private let socket: UnixSocket
    private let readers: ReaderPool
    private let state = Monitor(State())
    private let thread: NamedThread

    init(socketPath: String, storePath: String, keyFingerprint: String) throws(SystemError) {
        let socket = try UnixSocket.connect(to: socketPath)
        self.socket = socket
        readers = ReaderPool(path: storePath, keyFingerprint: keyFingerprint)
        thread = NamedThread("answers") { [state] in
            while let frame = socket.receive() {
                let completion = state.update { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
                completion?(CommandFrame.answer(frame))
            }
            let abandoned = state.update { state in
                state.isClosed = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for completion in abandoned { completion(.failure(.unanswered)) }
        }
    }

    /// Ends the connection.
    func close() {
        socket.shutDown()
        thread.join()
    }

    func submit(_ command: StoreCommand, completion: @escaping Completion) {
        let frame: [UInt8]
        do {
            frame = try CommandFrame.bytes(of: command)
        } catch {
            return completion(.failure(.failed("the command cannot be sent: \(error)")))
        }
        let isOpen = state.wait { state -> Bool? in
            if state.isClosed { return false }
            guard state.waiting.count < Self.window else { return nil }
            state.waiting.append(completion)
            return true
        }
        guard isOpen else { return completion(.failure(.stopped)) }
        // One that cannot be sent any more is answered by the end of the connection.
        if !socket.send(frame) { socket.shutDown() }
    }

    func read<Value>(_ body: (StoreReader) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try readers.read(body)
    }
}
