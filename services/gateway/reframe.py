"""The same film for another aspect: same cuts, windows and beats, its own framing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.gateway.camera import camera_in_size
from services.gateway.cues import cues_of, lines_of, rules_for
from services.gateway.framed import Crop
from services.gateway.material import Material, Photo, Stretch
from services.gateway.titles import small_print, title_lines
from shared.brief import MediaKind, Size
from shared.captions import Caption, CueWord, Title
from shared.digest import Digest
from shared.schema import to_json
from shared.shot import Footage, Framing, Move, MoveKind, Shot
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Reframed:
    """A film and what was made of it for another aspect: for a revision to keep what it can."""

    film: Timeline
    delivery: Timeline


def reframe(
    film: Timeline, size: Size, material: Material, before: Reframed | None = None
) -> Timeline:
    """The film in another size. Shots that are seen as they were `before` keep their framing.

    Type is broken into lines anew; where it stands is not decided here.
    """
    kept = _kept_cameras(before)
    shots: list[Shot] = []
    last = MoveKind.HOLD
    for shot in film.shots:
        camera = (
            kept.get(_seen(shot))
            or _moved_by_hand(shot, before, size, material)
            or _camera(shot, film, size, material, last)
        )
        framing, move = camera or (shot.framing, shot.move)
        last = move.kind
        shots.append(replace(shot, framing=framing, move=move))
    if before is None:  # nothing was ever made of it in this size, and there is nothing to lock
        shots = [replace(shot, is_locked=False) for shot in shots]
    resized = replace(
        film,
        size=size,
        shots=tuple(shots),
        parent=None if before is None else Digest.of_bytes(to_json(before.delivery)),
    )
    return replace(
        resized,
        captions=_captions(resized),
        titles=tuple(_title(title, size) for title in film.titles),
    )


def item_of(shot: Shot, material: Material) -> Stretch | Photo | None:
    """What a shot was cut from, as it was seen; None for what was generated."""
    if not isinstance(shot.source, Footage):
        return None
    handle = shot.source.handle
    if shot.source.kind is MediaKind.IMAGE:
        return next((item for item in material.photos if item.reference.handle == handle), None)
    start = shot.source.start_seconds
    stretches = [item for item in material.stretches if item.reference.handle == handle]
    holding = [item for item in stretches if item.start_seconds <= start < item.end_seconds]
    return next(iter(holding or stretches), None)


def window_of(shot: Shot, film: Timeline) -> tuple[float, float]:
    """Seconds of its source that a shot shows, from and to; of a photo 0 and its length."""
    length = shot.frames / film.frame_rate
    if not isinstance(shot.source, Footage) or shot.source.kind is MediaKind.IMAGE:
        return 0.0, float(length)
    start = shot.source.start_seconds
    return float(start), float(start + length * shot.source.speed)


def _camera(
    shot: Shot, film: Timeline, size: Size, material: Material, last: MoveKind
) -> tuple[Framing, Move] | None:
    item = item_of(shot, material)
    if item is None:
        return None
    return camera_in_size(item, (shot.framing, shot.move), window_of(shot, film), size, last)


def _moved_by_hand(
    shot: Shot, before: Reframed | None, size: Size, material: Material
) -> tuple[Framing, Move] | None:
    """What an edit has framed in the film is framed around the same point here."""
    item = item_of(shot, material)
    old = next((one for one in before.film.shots if one.id == shot.id), None) if before else None
    if item is None or old is None or old.source != shot.source or old.framing == shot.framing:
        return None
    crop = Crop.of(item.aspect, size.width / size.height)
    zoom = max(1.0, shot.framing.zoom * min(crop.width, crop.height))
    return replace(shot.framing, zoom=zoom, follow=()), shot.move


def _seen(shot: Shot) -> Shot:
    """The shot as far as it decides on framing."""
    return replace(
        shot,
        is_locked=False,
        is_pinned=False,
        grade=type(shot.grade)(),
        seed=None,
        accents=(),
        tags=None,
    )


def _kept_cameras(before: Reframed | None) -> Mapping[Shot, tuple[Framing, Move]]:
    if before is None:
        return {}
    pairs = zip(before.film.shots, before.delivery.shots, strict=True)
    return {_seen(shot): (made.framing, made.move) for shot, made in pairs}


def _captions(film: Timeline) -> tuple[Caption, ...]:
    rules = rules_for(film.caption_style, film.size)
    cuts = [start for start in film.start_frames() if start]
    found: list[Caption] = []
    for caption in film.captions:
        texts = " ".join(caption.lines).split()
        lines = lines_of(texts, rules)
        fits = rules.is_lockup or (
            len(lines) <= rules.lines and all(len(line) <= rules.characters for line in lines)
        )
        if fits or len(caption.words) < 2:
            found.append(replace(caption, lines=lines))
            continue
        words = [
            CueWord(
                word.text,
                word.start_frame + caption.start_frame,
                word.end_frame + caption.start_frame,
            )
            for word in caption.words
        ]
        parts = cues_of(words, cuts, film.frame_count, film.frame_rate, rules)
        found += _within(caption, parts)
    return tuple(found)


def _within(caption: Caption, parts: tuple[Caption, ...]) -> list[Caption]:
    """The parts of a cue in its own time; the last stays as long as the cue did."""
    end = caption.start_frame + caption.frames
    cut: list[Caption] = []
    for number, part in enumerate(parts):
        start = caption.start_frame if not number else part.start_frame
        stop = end if number == len(parts) - 1 else min(end, part.end_frame)
        shift = part.start_frame - start
        cut.append(
            replace(
                part,
                id=f"{caption.id}.{number + 1}",
                start_frame=start,
                frames=max(1, stop - start),
                words=tuple(
                    replace(
                        word,
                        start_frame=word.start_frame + shift,
                        end_frame=word.end_frame + shift,
                    )
                    for word in part.words
                ),
                place=caption.place,
                backing=caption.backing,
            )
        )
    return cut


def _title(title: Title, size: Size) -> Title:
    lines = title_lines(title.kind, "\n".join(title.lines), size)
    if len(lines) > len(title.lines):  # broken within lines: better broken as one text
        lines = title_lines(title.kind, " ".join(title.lines), size)
    return replace(title, lines=lines, legal=small_print("\n".join(title.legal), size))
