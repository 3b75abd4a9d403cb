"""What was made: for a timeline and a delivery, every clip with its key and digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.digest import Digest
from shared.requests import Delivery


@dataclass(frozen=True, slots=True)
class BuiltShot:
    """One shot as made: its action's key, its segment, the hash of its packets, its measure."""

    shot_id: str
    action_key: str
    clip: Digest
    packets_sha256: str
    measure: Digest


@dataclass(frozen=True, slots=True)
class Build:
    """A finished revision: kept shots of later revisions are taken from here, not looked up."""

    VERSION: ClassVar[int] = 1

    timeline: Digest
    delivery: Delivery
    shots: tuple[BuiltShot, ...]
    soundtrack: Digest | None
    film: Digest
