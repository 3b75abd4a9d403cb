"""Certificates from files, and one for tests that says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from services.gateway.provenance.certificate import (
    TEST_ORGANIZATION,
    make_test_certificate,
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
