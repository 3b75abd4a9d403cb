"""The list of weights is complete and consistent."""

from __future__ import annotations

import re

from shared.known_weights import KNOWN_WEIGHTS


def test_every_entry_is_complete() -> None:
    for name, weights in KNOWN_WEIGHTS.items():
        assert weights.name == name
        assert weights.files
        assert all((weights.role, weights.licence, weights.notice, weights.install))
        assert len({file.name for file in weights.files}) == len(weights.files)
        for file in weights.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert file.size_bytes > 0
            assert not file.path.startswith("/")
            assert "/" not in file.name
        assert weights.size_bytes == sum(file.size_bytes for file in weights.files)


def test_a_file_is_in_one_entry_only() -> None:
    digests = [file.sha256 for weights in KNOWN_WEIGHTS.values() for file in weights.files]
    assert len(set(digests)) == len(digests)
