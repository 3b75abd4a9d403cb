"""Shots for families, of references that nobody reads."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from shared.brief import MediaKind
from shared.digest import Digest
from shared.families.family import FamilyShot, Part, Picture
from shared.families.request import Geometry, Source


def digest(name: str) -> Digest:
    return Digest.of_bytes(name.encode())


def image(name: str) -> Source:
    return Source(digest(name), MediaKind.IMAGE)


def video(name: str) -> Source:
    return Source(digest(name), MediaKind.VIDEO)


def shot(model: str, *pictures: tuple[Part, Source], **changes: Any) -> FamilyShot:
    return FamilyShot(
        **{
            "model": model,
            "prompt": digest("prompt"),
            "negative": digest("negative"),
            "pictures": tuple(Picture(*one) for one in pictures),
            **changes,
        }
    )


def size(width: int, height: int, frames: int, rate: int = 16) -> Geometry:
    return Geometry(width, height, frames, Fraction(rate))


P480, P720 = size(832, 480, 81), size(1280, 720, 81)
