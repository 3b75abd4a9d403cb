"""Who signs: a certificate chain with its key, from files or made for tests.

C2PA wants a leaf with the key usage "digital signature" and an extended key usage, and the chain
up to, but for a public one, its root (C2PA 2.1, section 14).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.readable import readable
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

TEST_ORGANIZATION = "Onbeat TEST, nobody vouches for this"
_TEST_DAYS = 30
# By the name of the key's curve: the algorithm's name in COSE.
_ALGORITHMS = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """A chain in PEM, leaf first, with the leaf's private key in PKCS 8; `is_test` as made here."""

    chain_pem: bytes
    key_pem: bytes = field(repr=False)
    algorithm: str
    is_test: bool = False


def read_certificate(chain: Path, key: Path) -> Certificate:
    """A certificate from two PEM files; raises `NotFound` or `InvalidInput` naming the file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    chain_pem, key_pem = _read(chain), _read(key)
    try:
        leaf = x509.load_pem_x509_certificates(chain_pem)[0]
    except (ValueError, IndexError):
        raise InvalidInput(
            f"{chain}: no certificate; expected a chain in PEM, leaf first"
        ) from None
    try:
        private = serialization.load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError):
        raise InvalidInput(
            f"{key}: no private key; expected one in PEM without a password"
        ) from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or (
        private.curve.name not in _ALGORITHMS
    ):
        raise InvalidInput(
            f"{key}: not an elliptic curve key; expected one on P-256, P-384 or P-521"
        )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    encoding = serialization.Encoding.DER
    if private.public_key().public_bytes(encoding, form) != leaf.public_key().public_bytes(
        encoding, form
    ):
        raise InvalidInput(f"{key}: is not the key of the certificate in {chain}")
    pkcs8 = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Certificate(chain_pem, pkcs8, _ALGORITHMS[private.curve.name])


def read_anchors(path: Path) -> bytes:
    """Root certificates from a PEM file; raises `NotFound` or `InvalidInput` naming it."""
    from cryptography import x509

    pem = _read(path)
    try:
        x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise InvalidInput(f"{path}: no certificate; expected root certificates in PEM") from None
    return pem


def make_test_certificate() -> Certificate:
    """A chain that nobody trusts and that says so, good for 30 days: to try things out."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Onbeat test root", root_key.public_key(), "Onbeat test root", root_key)
    leaf = _certificate("Onbeat test signer", leaf_key.public_key(), "Onbeat test root", root_key)
    pem = serialization.Encoding.PEM
    key = leaf_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(leaf.public_bytes(pem) + root.public_bytes(pem), key, "es256", is_test=True)


def _certificate(
    subject: str,
    public_key: ec.EllipticCurvePublicKey,
    issuer: str,
    signing_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, TEST_ORGANIZATION),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )

    is_root = subject == issuer
    now = datetime.datetime.now(datetime.UTC)
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=_TEST_DAYS))
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root, key_cert_sign=is_root, crl_sign=is_root, **usage
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    if not is_root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(signing_key, hashes.SHA256())


def _read(path: Path) -> bytes:
    with readable(path, "PEM"):
        data = path.read_bytes()
    return data
