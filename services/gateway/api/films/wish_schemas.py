"""Wishes of instructions as JSON: what was understood of them, and what was not."""

from __future__ import annotations

from typing import Any

from services.gateway.api.schema import Schema


class UnderstoodWish(Schema):
    """A wish of the instructions: as it was said, what it does in words, and as operations."""

    said: str
    says: list[str]
    operations: list[dict[str, Any]]


class RefusedWish(Schema):
    """What of the instructions was not understood, why, and the nearest ways of saying it."""

    said: str
    reason: str
    nearest: list[str]
