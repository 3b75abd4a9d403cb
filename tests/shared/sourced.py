"""What a shot of a test shows, for tests that know it is footage."""

from __future__ import annotations

from shared.shot import Footage, Shot


def footage(shot: Shot) -> Footage:
    """The shot's source; fails for a generated one."""
    assert isinstance(shot.source, Footage)
    return shot.source
