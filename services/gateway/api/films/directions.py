"""Direction in words over HTTP: what a text means for a revision, and what of it does not."""

from __future__ import annotations

from services.gateway.api.films.revisions import Revision
from services.gateway.api.films.wish_schemas import RefusedWish, UnderstoodWish
from services.gateway.api.problems import Problem
from services.gateway.direction.understand import Direction, understand
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.schema import from_json
from shared.sync_map import SyncMap
from shared.timeline import Timeline


def direct(blobs: BlobStore, revision: Revision, text: str) -> Direction:
    """What a text means for a revision's film; nothing is made.

    Raises `InvalidInput` for what is no text, `MissingBlob` where the film's records are gone.
    """
    timeline = read_timeline(blobs, revision)
    heard = None
    if timeline.sync_map is not None:
        heard = from_json(SyncMap, blobs.read(timeline.sync_map))
    return understand(text, timeline, heard)


def read_timeline(blobs: BlobStore, revision: Revision) -> Timeline:
    """The timeline of a revision's film."""
    return from_json(Timeline, blobs.read(Digest.parse(revision.files["timeline.json"])))


def understood_schemas(direction: Direction) -> list[UnderstoodWish]:
    """What was understood, as it is answered."""
    return [
        UnderstoodWish(
            said=item.said, says=list(item.says), operations=[dict(d) for d in item.documents]
        )
        for item in direction.understood
    ]


def refused_schemas(direction: Direction) -> list[RefusedWish]:
    """What was not, as it is answered."""
    return [
        RefusedWish(said=item.said, reason=item.reason, nearest=list(item.nearest))
        for item in direction.refused
    ]


def not_understood(direction: Direction) -> Problem:
    """The refusal of a text of which something was not understood: nothing of it is done."""
    told = "; ".join(f"“{item.said}” {item.reason}" for item in direction.refused)
    return Problem(
        422,
        "not_understood",
        told[:2000],
        understood=[item.model_dump() for item in understood_schemas(direction)],
        refused=[item.model_dump() for item in refused_schemas(direction)],
    )
