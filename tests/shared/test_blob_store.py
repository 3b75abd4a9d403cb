"""What a store says when it cannot."""

from __future__ import annotations

import errno

import pytest

from shared import blob_store
from shared.blob_store import may_go, missing, remember, store_errors
from shared.digest import Digest
from shared.errors import Unavailable


def test_a_missing_blob_says_which_and_why() -> None:
    digest = Digest.of_bytes(b"gone")
    error = missing(digest, "is not in the store")
    assert error.message == f"blob {digest.short} (4 bytes) is not in the store"
    assert error.digest == str(digest)


@pytest.mark.parametrize(
    ("touched", "since", "goes"),
    [(5.0, None, True), (5.0, 5.0, False), (5.0, 4.0, False), (5.0, 5.1, True)],
)
def test_only_what_was_touched_before_may_go(
    touched: float, since: float | None, goes: bool
) -> None:
    assert may_go(touched, since) is goes


def test_trouble_of_the_disk_is_unavailable_but_a_missing_file_is_not() -> None:
    with pytest.raises(Unavailable, match="No space left"), store_errors():
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(FileNotFoundError), store_errors():
        raise FileNotFoundError


def test_what_was_verified_is_remembered_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blob_store, "KEEP_VERIFIED", 3)
    verified: dict[Digest, tuple[int, int]] = {}
    digests = [Digest.of_bytes(bytes([number])) for number in range(5)]
    for number, digest in enumerate(digests):
        remember(verified, digest, (number, 0))
        assert verified[digest] == (number, 0)
        assert len(verified) <= 3
    remember(verified, digests[4], (9, 9))
    assert verified == {digests[3]: (3, 0), digests[4]: (9, 9)}
