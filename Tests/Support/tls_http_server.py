"""A provider of SMS inside TLS for tests: it makes its certificate (good, expired or for another host), takes every request and writes each into a log."""
import datetime
import http.server
import ipaddress
import ssl
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

kind, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def make_certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "provider")])
    start = datetime.datetime.utcnow() - datetime.timedelta(days=30)
    host = x509.DNSName("other.example") if kind == "other-host" else x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=29 if kind == "expired" else 60))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False).sign(key, hashes.SHA256()))
    with open(f"{folder}/key.pem", "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption()))
    with open(f"{folder}/certificate.pem", "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))


class Provider(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(f"{folder}/log", "ab") as file:
            file.write(body + b"\n")
        answer = b'{"id": "sms-1"}'
        self.send_response(201)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


make_certificate()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Provider)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
