"""Certificates from files, and one for tests that says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from services.gateway.provenance.certificate import (
    TEST_ORGANIZATION,
    make_test_certificate,
    read_anchors,
    read_certificate,
)
from shared.errors import InvalidInput, NotFound


def test_a_test_certificate_says_what_it_is() -> None:
    made = make_test_certificate()
    assert made.is_test
    leaf, root = x509.load_pem_x509_certificates(made.chain_pem)
    assert TEST_ORGANIZATION in leaf.subject.rfc4514_string().replace("\\", "")
    assert leaf.issuer == root.subject
    leaf.verify_directly_issued_by(root)
    assert b"PRIVATE" not in repr(made).encode()


def test_a_certificate_is_read_from_files(tmp_path: Path) -> None:
    made, other = make_test_certificate(), make_test_certificate()
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.chain_pem)
    key.write_bytes(made.key_pem)
    read = read_certificate(chain, key)
    assert (read.algorithm, read.is_test) == ("es256", False)
    key.write_bytes(other.key_pem)
    with pytest.raises(InvalidInput, match="is not the key of the certificate"):
        read_certificate(chain, key)
    with pytest.raises(InvalidInput, match=r"key\.pem: no certificate"):
        read_certificate(key, key)
    with pytest.raises(InvalidInput, match=r"chain\.pem: no private key"):
        read_certificate(chain, chain)
    with pytest.raises(NotFound, match="no such file"):
        read_certificate(tmp_path / "nothing", key)


def test_other_curves_and_keys_are_refused(tmp_path: Path) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(make_test_certificate().chain_pem)
    # As long as P-256, and another curve.
    for private in (ec.generate_private_key(ec.SECP256K1()), ed25519.Ed25519PrivateKey.generate()):
        key.write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        with pytest.raises(InvalidInput, match=r"expected one on P-256, P-384 or P-521"):
            read_certificate(chain, key)


def test_anchors_are_certificates(tmp_path: Path) -> None:
    path = tmp_path / "roots.pem"
    path.write_bytes(make_test_certificate().chain_pem)
    assert read_anchors(path) == path.read_bytes()
    path.write_bytes(b"\xff\xd8 no PEM")
    with pytest.raises(InvalidInput, match=r"roots\.pem: no certificate"):
        read_anchors(path)
    with pytest.raises(NotFound):
        read_anchors(tmp_path / "none.pem")
