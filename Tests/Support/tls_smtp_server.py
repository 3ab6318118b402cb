"""A minimal SMTP server inside TLS for tests: implicit or STARTTLS, AUTH offered only inside TLS."""
import socket, ssl, sys

mode, port, certificate, key = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def serve(connection):
    is_secure = mode == "implicit"
    if is_secure:
        connection = context.wrap_socket(connection, server_side=True)
    stream = connection.makefile("rb")

    def say(text):
        connection.sendall(text.encode() + b"\r\n")

    say("220 tls.test ESMTP")
    for line in stream:
        verb = line[:4].upper()
        if verb in (b"EHLO", b"HELO"):
            say("250-tls.test\r\n250 AUTH PLAIN LOGIN" if is_secure else "250-tls.test\r\n250 STARTTLS")
        elif verb == b"STAR":
            say("220 go")
            connection = context.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rb")
            is_secure = True
            # The for loop above still holds the clear stream, so the rest is served here.
            return converse(connection, stream)
        elif not answer(verb, stream, say):
            return


def converse(connection, stream):
    def say(text):
        connection.sendall(text.encode() + b"\r\n")

    for line in stream:
        verb = line[:4].upper()
        if verb in (b"EHLO", b"HELO"):
            say("250-tls.test\r\n250 AUTH PLAIN LOGIN")
        elif not answer(verb, stream, say):
            return


def answer(verb, stream, say):
    if verb == b"AUTH":
        say("235 2.7.0 ok")
    elif verb == b"DATA":
        say("354 go")
        while stream.readline() not in (b".\r\n", b""):
            pass
        say("250 2.0.0 queued inside TLS")
    elif verb == b"QUIT":
        say("221 bye")
        return False
    else:
        say("250 ok")
    return True


listener = socket.create_server(("127.0.0.1", port))
while True:
    accepted, _ = listener.accept()
    try:
        serve(accepted)
    except (OSError, ssl.SSLError):
        pass
    finally:
        accepted.close()
