"""A film of 24 s to be directed: twelve shots of four references, sections, captions, titles."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

from services.gateway.direction.understand import Direction, understand
from shared.brief import MediaKind, Pacing, Reference, Size
from shared.captions import Anchor, Caption, Title, TitleKind
from shared.digest import Digest
from shared.shot import Footage, Grade, Shot, new_shot_id
from shared.sync_map import SAMPLE_RATE_HZ, Beat, Section, SyncMap
from shared.timeline import SongWindow, Timeline, Transition, TransitionKind

RATE = Fraction(25)
SHOT_FRAMES = 50
KINDS = {
    "ride": MediaKind.VIDEO,
    "coast": MediaKind.VIDEO,
    "image2": MediaKind.IMAGE,
    "Mug": MediaKind.IMAGE,
}
# What each of the twelve shots shows.
SHOWN = ("ride", "coast", "image2", "ride", "Mug", "coast", "image2", "ride", "coast", "Mug",
         "ride", "coast")  # fmt: skip
# (label, start, end) in seconds of the film.
SECTIONS = (("intro", 0, 2), ("verse", 2, 8), ("chorus", 8, 14), ("verse", 14, 18),
            ("chorus", 18, 22), ("outro", 22, 24))  # fmt: skip
SYNC_MAP = SyncMap(
    duration_samples=24 * SAMPLE_RATE_HZ,
    peak=0.9,
    tempo_bpm=120.0,
    beat_confidence=0.9,
    beats=tuple(Beat(number * SAMPLE_RATE_HZ // 2, 0.5) for number in range(48)),
    onsets=(),
    energy=(0.5,) * 2400,
    sections=tuple(
        Section(start * SAMPLE_RATE_HZ, end * SAMPLE_RATE_HZ, label)
        for label, start, end in SECTIONS
    ),
)


def blob(name: str) -> Digest:
    """The digest of a reference."""
    return Digest.of_bytes(name.encode())


@cache
def film() -> Timeline:
    """The film: shot 8 is locked and graded, transitions lead into shots 6 and 9."""
    shots = [
        Shot(new_shot_id(0, n), SHOT_FRAMES, Footage(name, blob(name), KINDS[name]))
        for n, name in enumerate(SHOWN, start=1)
    ]
    shots[7] = replace(shots[7], is_locked=True, grade=Grade(warmth=0.3))
    ids = [shot.id for shot in shots]
    return Timeline(
        size=Size(1280, 720),
        frame_rate=RATE,
        shots=tuple(shots),
        sound=SongWindow(blob("song"), 0, 24 * SAMPLE_RATE_HZ),
        sync_map=blob("map"),
        cut_plan=blob("plan"),
        seed=0,
        next_shot_number=13,
        pacing=Pacing.STEADY,
        references=tuple(Reference(name, kind, blob(name)) for name, kind in KINDS.items()),
        transitions=(
            Transition(ids[5], TransitionKind.DISSOLVE, 10),
            Transition(ids[8], TransitionKind.DIP, 10),
        ),
        captions=(
            Caption("c1", 10, 30, ("Wake up slowly,",)),
            Caption("c2", 60, 30, ("turn it up",)),
            Caption("c3", 200, 30, ("and wake again.",)),
        ),
        titles=(
            Title("t1", TitleKind.TITLE, ("Morning",), 50),
            Title("t2", TitleKind.END_CARD, ("See you",), 75, Anchor.END, 75),
        ),
    )


def directed(text: str) -> Direction:
    """What a text means for the film."""
    return understand(text, film(), SYNC_MAP)


def documents(text: str) -> list[dict[str, Any]]:
    """The operations of a text as JSON, shots by their place; raises if anything is refused."""
    ids = [shot.id for shot in film().shots]
    out = []
    for given in directed(text).documents:
        document = dict(given)
        for name in ("shot", "cut", "after", "before", "to", "look"):
            if document.get(name) in ids:
                document[name] = ids.index(document[name]) + 1
        if "keep" in document:
            document["keep"] = [ids.index(name) + 1 for name in document["keep"]]
        out.append(document)
    return out


def compact(text: str) -> list[str]:
    """The same as lines: "set_grade 3 warmth=0.2"."""
    lines = []
    for document in documents(text):
        named = [str(document.pop(name)) for name in ("shot", "cut") if name in document]
        rest = [f"{name}={value}" for name, value in document.items() if name != "op"]
        lines.append(" ".join([document["op"], *named, *rest]))
    return lines
