// How long a connection waits, and for what. Giving up early on the reply to the content makes duplicates:
// RFC 5321 section 4.5.3.2.6 asks for ten minutes, and libcurl's own default is two.

/// The patience of a connection.
package struct SMTPTimeouts: Sendable, Equatable {
    /// Name resolution, TCP and TLS.
    package var connect: Duration
    /// Each reply, the one to the content too; whole seconds, at least one.
    package var reply: Duration
    /// A body that makes no progress (RFC 5321 section 4.5.3.2.5: three minutes a block).
    package var dataBlock: Duration
    /// The answer to QUIT, after everything is known.
    package var quit: Duration
    /// One whole hand-over; a last resort, longer than all that it holds.
    package var overall: Duration

    /// The standard's values unless said.
    package init(
        connect: Duration = .seconds(30), reply: Duration = .seconds(600),
        dataBlock: Duration = .seconds(180), quit: Duration = .seconds(2),
        overall: Duration = .seconds(3_600)
    ) {
        self.connect = connect
        self.reply = reply
        self.dataBlock = dataBlock
        self.quit = quit
        self.overall = overall
    }
}
