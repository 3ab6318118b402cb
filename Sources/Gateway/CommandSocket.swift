// The gateway's side of the home's socket: commands of operators beside a running gateway are run by the one writer that there is. It
// answers only to the user that the gateway runs as (or root). A command that was read is run
// even if its sender is gone. An answer never waits for its reader, because the store's thread sends it: a sender that asks more
// than it reads is hung up on.

import Glibc
import OutboxStore
import Runtime

final class CommandSocket: Sendable {
    /// Operators at once; more wait to be accepted.
    private static let connectionCount = 4

    private struct State {
        var isStopping = false
        var connections: [Int: UnixSocket] = [:]
    }

    private let path: String
    private let socket: UnixSocket
    private let state: Monitor<State>
    private let threads: [NamedThread]

    /// - Parameter onCommand: called after each command that was written, so that the lane looks for what is due.
    init(
        path: String, store: OutboxStore, log: Log, onCommand: @escaping @Sendable (StoreCommand) -> Void
    ) throws(SystemError) {
        let socket = try UnixSocket.listen(at: path)
        let state = Monitor(State())
        self.path = path
        self.socket = socket
        self.state = state
        threads = (1...Self.connectionCount).map { number in
            NamedThread("command-\(number)") {
                while let connection = socket.accept() {
                    guard let user = connection.peerUser, user == geteuid() || user == 0 else {
                        log(.warning, "command-refused", ["reason": "the other side runs as another user"])
                        continue
                    }
                    let isServed = state.update { state in
                        if !state.isStopping { state.connections[number] = connection }
                        return !state.isStopping
                    }
                    let actor = LogValue.operational("operator:" + SystemUser.name(of: user))
                    if isServed {
                        Self.serve(connection, AttributedStore(store, actor: actor, log: log), onCommand)
                    }
                    state.update { $0.connections[number] = nil }
                }
            }
        }
    }

    /// Hangs up and ends the threads; commands that were read are run.
    func stop() {
        socket.shutDown()
        for connection in state.update({ state in
            state.isStopping = true
            return state.connections.values
        }) { connection.shutDown() }
        for thread in threads { thread.join() }
        unlink(path)
    }

    private static func serve(
        _ connection: UnixSocket, _ store: AttributedStore,
        _ onCommand: @escaping @Sendable (StoreCommand) -> Void
    ) {
        while let frame = connection.receive() {
            // Another version's commands are not understood; hanging up says so.
            guard let (number, payload) = CommandFrame.open(frame) else { return }
            let answer: @Sendable (Result<StoreAnswer, StoreError>) -> Void = { result in
                let frame = CommandFrame.frame(number, CommandFrame.bytes(of: result))
                if !connection.sendNow(frame) { connection.shutDown() }
            }
            do {
                let command = try CommandFrame.command(payload)
                store.submit(command) { result in
                    if case .success = result { onCommand(command) }
                    answer(result)
                }
            } catch {
                answer(.failure(.failed("the gateway is of another version than this command")))
            }
        }
    }
}
