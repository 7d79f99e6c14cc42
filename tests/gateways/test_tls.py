"""TLS is verified, against the account's own authority where it names one."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateways.http import HttpClient, NeverSent
from tests.gateways import hostile


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def secured(authority: Path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    plain = hostile.saying(hostile.answer(b'{"ok":1}'))

    def behave(server, sock):
        with context.wrap_socket(sock, server_side=True) as wrapped:
            plain(server, wrapped)

    return behave


def test_an_accounts_own_authority_is_trusted_and_the_connection_is_kept(authority):
    with hostile.server(secured(authority)) as server:
        client = HttpClient(server.url.replace("http", "https"), timeout=2, ca_file=str(authority))
        answers = [client.exchange("ask", "GET", "/x").fields() for _ in range(3)]
        client.close()

    assert answers == [{"ok": 1}] * 3
    assert server.connections == 1


def test_an_unknown_authority_is_never_sent_to(authority):
    with hostile.server(secured(authority)) as server, pytest.raises(NeverSent, match="tls refused"):
        HttpClient(server.url.replace("http", "https"), timeout=2).exchange("ask", "GET", "/x")

    assert server.requests == []


def test_a_certificate_for_another_name_is_never_sent_to(authority):
    with hostile.server(secured(authority)) as server:
        url = server.url.replace("http", "https").replace("127.0.0.1", "localhost")
        with pytest.raises(NeverSent, match="tls refused"):
            HttpClient(url, timeout=2, ca_file=str(authority)).exchange("ask", "GET", "/x")

    assert server.requests == []
