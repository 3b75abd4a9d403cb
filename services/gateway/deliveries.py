"""Further deliveries of a film: the same timeline in other aspects, made and checked like the film.

A delivery's timeline has the film's cuts, windows and beats, and its own framing and lines of type.
It is built, inspected and recorded as any film is, so that an edit keeps its clips packet for
packet as well.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.gateway.aspects import Aspect, further_aspects
from services.gateway.build import build
from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.film_folder import read_document
from services.gateway.inspection import FilmInspection
from services.gateway.kept import Parent
from services.gateway.pictures import see_clips, see_photos
from services.gateway.recognise import find_dissolves, recognise
from services.gateway.seen_before import Before
from shared.brief import Brief
from shared.build import Build
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, NotFound
from shared.runner import LocalRunner, Runner
from shared.schema import from_document, from_json, to_json
from shared.shot import Footage
from shared.timeline import Timeline

if TYPE_CHECKING:
    from services.gateway.made_film import Watcher
    from services.gateway.material import Material
    from services.gateway.reframe import Reframed

FILM, TIMELINE, PAGE = "film.mp4", "timeline.json", "report.html"
# What a delivery has of a film's files; its report.json is a part of the film's.
NAMES = (FILM, TIMELINE, PAGE, "poster.jpg", "captions.srt", "captions.vtt")


@dataclass(frozen=True, slots=True)
class DeliveredBefore:
    """A delivery of the film that is edited: its timeline and all that was made and seen of it."""

    reframed: Reframed
    parent: Parent
    seen: Before


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How the further deliveries of one film are made; `before` are those of the film edited."""

    aspects: tuple[Aspect, ...]
    draft: bool
    brief: Brief | None = None
    decode_all: bool = False
    before: dict[Aspect, DeliveredBefore] | None = None


async def delivery_timeline(
    runner: Runner, film: Timeline, aspect: Aspect, material: Material, before: Reframed | None
) -> Timeline:
    """The film's timeline for another aspect, type placed; nothing of it is rendered but stills."""
    from services.gateway.captions import choose_looks
    from services.gateway.captions_look import drawn, look_behind
    from services.gateway.reframe import reframe

    work = partial(reframe, film, aspect.size(film.size), material, before)
    delivered = await asyncio.to_thread(work)
    if not drawn(delivered):
        return delivered
    return choose_looks(runner.blobs, delivered, await look_behind(runner, delivered))


async def make_deliveries(
    runner: LocalRunner, film: Timeline, wanted: Deliveries, folder: Path, watcher: Watcher
) -> dict[str, Any]:
    """Make all deliveries into the film's folder; returns what its report says of them.

    The parts are "framing" (of the film itself) and "deliveries" (by aspect, each as the report of
    a film without its actions). Raises `InvalidInput` for the film's own aspect.
    """
    from services.gateway.framing_report import framing_document
    from services.gateway.safe_type import type_outside

    aspects = further_aspects(wanted.aspects, film.size)
    if not aspects:
        return {}
    material = await look_again(runner, film)
    documents = {
        aspect.value: await _make(runner, film, aspect, material, wanted, folder, watcher)
        for aspect in aspects
    }
    outside = type_outside(runner.blobs, film)
    return {"framing": framing_document(film, material, outside), "deliveries": documents}


def add_deliveries(report: dict[str, Any], also: Mapping[str, Any] | None) -> None:
    """Put what `make_deliveries` returned into a film's report, with what is wrong with them."""
    if not also:
        return
    from services.gateway.framing_report import framing_findings

    warnings = list(report["warnings"])
    told = framing_findings(also["framing"])
    for aspect, document in also["deliveries"].items():
        told += [
            f"{aspect}: {text}" for text in document["warnings"] if text not in report["warnings"]
        ]
        told += framing_findings(document["framing"])
    report |= {**also, "warnings": [*warnings, *told]}


async def look_again(runner: Runner, film: Timeline) -> Material:
    """What was seen in a film's references: from the store, as a rule."""
    from dataclasses import replace

    from services.gateway.material import gather_material

    shown = {shot.source.handle for shot in film.shots if isinstance(shot.source, Footage)}
    references = [item for item in film.references if item.handle in shown]
    motions, styles, sight = await asyncio.gather(
        see_clips(runner, references),
        see_photos(runner, references),
        recognise(runner, references),
    )
    sight = replace(sight, shots=await find_dissolves(runner, references, motions))
    return gather_material(tuple(references), motions, styles, sight)


def asked_before(folder: Path) -> tuple[Aspect, ...]:
    """The aspects that the film in a folder was delivered in besides its own."""
    found = read_document(folder, "report.json").get("deliveries") or {}
    return tuple(aspect for aspect in Aspect if aspect.value in found)


def read_before(
    runner: LocalRunner, folder: Path, film: Timeline, *, draft: bool
) -> dict[Aspect, DeliveredBefore]:
    """The deliveries of the film in a folder, as far as the store still has their builds."""
    from services.gateway.reframe import Reframed

    found = {}
    for aspect in asked_before(folder):
        try:
            delivered = from_document(Timeline, read_document(folder, aspect.file(TIMELINE)))
            digest = Digest.of_bytes(to_json(delivered))
            held = runner.hold_film(digest, delivery_of(delivered, draft=draft))
            if held is None:
                continue
            made = from_json(Build, runner.blobs.read(held[0]))
            inspection = from_json(FilmInspection, runner.blobs.read(held[1]))
        except (InvalidInput, NotFound, MissingBlob):
            continue  # then it is made anew; the film itself is what must not be lost
        parent = Parent(delivered, made)
        found[aspect] = DeliveredBefore(
            Reframed(film, delivered), parent, Before(made, inspection, held[1])
        )
    return found


async def _make(
    runner: LocalRunner,
    film: Timeline,
    aspect: Aspect,
    material: Material,
    wanted: Deliveries,
    folder: Path,
    watcher: Watcher,
) -> dict[str, Any]:
    from services.gateway.finish import Making, finish
    from services.gateway.framing_report import framing_document
    from services.gateway.safe_type import type_outside

    before = (wanted.before or {}).get(aspect)
    timeline = await delivery_timeline(
        runner, film, aspect, material, before.reframed if before else None
    )
    runner.blobs.put(to_json(timeline))
    delivery = delivery_of(timeline, draft=wanted.draft)
    watcher.expect("render", len(planned_clips(timeline, delivery)))
    built = await build(runner, timeline, delivery, before.parent if before else None)
    staging = folder / f".{aspect.name_part}"
    staging.mkdir()
    making = Making(
        wanted.brief, before=before.seen if before else None, decode_all=wanted.decode_all
    )
    report = await finish(runner, staging, timeline, built, making)
    _take_files(staging, folder, aspect)
    summary = {k: v for k, v in report["summary"].items() if not k.startswith("actions_")}
    kept = {name: part for name, part in report.items() if name not in ("actions", "versions")}
    return {
        **kept,
        "aspect": aspect.value,
        "file": aspect.file(FILM),
        "summary": summary,
        "framing": framing_document(timeline, material, type_outside(runner.blobs, timeline)),
    }


def _take_files(staging: Path, folder: Path, aspect: Aspect) -> None:
    """Move a delivery's files beside the film's, under its own names."""
    page = staging / PAGE
    html = page.read_bytes()
    for name in (FILM, "poster.jpg"):
        html = html.replace(f'"{name}'.encode(), f'"{aspect.file(name)}'.encode())
    page.write_bytes(html)
    for name in NAMES:
        if (staging / name).exists():
            (staging / name).rename(folder / aspect.file(name))
    shutil.rmtree(staging)
