"""Which take of a performance is seen when: a switch between cameras that all run with the song.

Where somebody sings a take is seen, with a cutaway to other footage now and then; elsewhere other
footage is. A take's window is the song's position and nothing else, so only the take is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.gateway.casting import Cast, Slot, Take, energy_ranks
from services.gateway.material import Material, Photo, Stretch
from services.gateway.music import Music
from services.gateway.options import Catalogue
from services.gateway.sight import Sight
from services.gateway.windows import content, jitter
from shared.brief import Role
from shared.errors import InvalidInput
from shared.performance import Performance
from shared.shot import Shot
from shared.sync_map import SAMPLE_RATE_HZ

Span = tuple[int, int]

# Sections in which nobody is expected to sing, where no words and no speech were heard.
UNSUNG_SECTIONS = frozenset({"intro", "outro", "build", "break", "solo", "interlude"})
_SUNG_SHARE = 0.3
# One shot in so many is a cutaway: more often with one camera, whose cuts would not be seen.
CUTAWAY_EVERY, CUTAWAY_EVERY_WITH_ONE_TAKE = 4, 2
_SAME_TAKE, _LAST_BUT_ONE, _USED, _AS_BEFORE = 8.0, 0.5, 0.25, 1.0
_PUNCH_IN = 1.25


@dataclass(frozen=True, slots=True)
class Stage:
    """What takes are chosen from and for: the film's spans with their slots, and the material.

    `mentions` are the handles wished for in each slot, by its index.
    """

    spans: Sequence[Span]
    slots: Sequence[Slot]
    music: Music
    material: Material
    performances: Sequence[Performance]
    mentions: Mapping[int, frozenset[str]]


def cast_takes(
    stage: Stage, seed: int, sight: Sight | None, film_aspect: float, others: Sequence[Take] = ()
) -> dict[int, Cast]:
    """The takes by the index of the slot that they fill; other slots are for other footage.

    Raises `InvalidInput` for a slot that no take covers where there is nothing else to show.
    """
    if not stage.performances:
        return {}
    covering = [_covering(stage, index) for index in range(len(stage.slots))]
    chosen = _slots_of_takes(stage, covering)
    handles = {item.handle for item in stage.performances}
    takes = Material(
        tuple(s for s in stage.material.stretches if s.reference.handle in handles), ()
    )
    catalogue = Catalogue(takes, film_aspect, sight.prompts if sight else None)
    ranks = energy_ranks([slot.energy for slot in stage.slots])
    cast: dict[int, Cast] = {}
    uses = dict.fromkeys(handles, 0)
    for index in chosen:
        following = {c.reference.handle for c in covering[index + 1]} if index + 1 in chosen else ()
        worth = {}
        for one in covering[index]:
            name = one.reference.handle
            seconds = stage.slots[index].length_seconds * one.speed
            option = catalogue.option(one.item, one.start_seconds, seconds)
            score = float(content(option, ranks[index], stage.slots[index].prompt)[0])
            score += float(jitter(f"{seed}/{index}/{name}", 1)[0]) - _USED * uses[name]
            score -= _SAME_TAKE * _shows(cast, index - 1, name)
            score -= _LAST_BUT_ONE * _shows(cast, index - 2, name)
            # The next slot would have no other take to switch to.
            score -= _SAME_TAKE / 2 * (set(following) == {name})
            score -= _AS_BEFORE * sum(
                index < len(take) and take[index][0].reference.handle == name for take in others
            )
            score += _SAME_TAKE * 10 * _asked_here(stage, index, one)
            worth[name] = score
        best = max(covering[index], key=lambda c: worth[c.reference.handle])
        name = best.reference.handle
        cast[index] = replace(best, times_used=uses[name])
        uses[name] += 1
    return cast


def punched_in(shots: Sequence[Shot], performances: Sequence[Performance]) -> list[Shot]:
    """The shots; one that goes on with the take of the shot before it is seen closer.

    Both are in time with the song, so that between equal framings no cut would be seen.
    """
    handles = {item.handle for item in performances}
    seen: list[Shot] = []
    for shot in shots:
        before = seen[-1] if seen else shot
        goes_on = before is not shot and before.source.handle == shot.source.handle
        if goes_on and shot.source.handle in handles and before.framing.zoom == shot.framing.zoom:
            framing = replace(shot.framing, zoom=shot.framing.zoom * _PUNCH_IN)
            seen.append(replace(shot, framing=framing))
        else:
            seen.append(shot)
    return seen


def is_sung(music: Music, start: int, end: int) -> bool:
    """Whether somebody sings in a span of film frames.

    By the words that were heard in the song; where there are none anywhere, by speech; else by
    the label of its section; in a song of which nothing is known, always.
    """
    heard = music.sync_map
    if heard is None:
        return True
    frames = [(music.frame(w.start_sample), music.frame(w.end_sample)) for w in heard.words]
    if not frames:
        frames = [(music.frame(s.start_sample), music.frame(s.end_sample)) for s in heard.speech]
    if frames:
        shared = sum(max(0, min(end, last) - max(start, first)) for first, last in frames)
        starts = sum(start <= first < end for first, _ in frames) if heard.words else 0
        return shared >= _SUNG_SHARE * (end - start) or starts > 1
    middle = (start + end) / 2
    for section in heard.sections:
        if music.frame(section.start_sample) <= middle < music.frame(section.end_sample):
            return section.label not in UNSUNG_SECTIONS
    return True


def _slots_of_takes(stage: Stage, covering: Sequence[Sequence[Cast]]) -> list[int]:
    """The slots that show a take, in order."""
    handles = {item.handle for item in stage.performances}
    items: list[Stretch | Photo] = [*stage.material.stretches, *stage.material.photos]
    has_others = any(item.reference.handle not in handles for item in items)
    if not has_others:
        _check_covered(stage, covering)
        return list(range(len(stage.slots)))
    every = CUTAWAY_EVERY if len(stage.performances) > 1 else CUTAWAY_EVERY_WITH_ONE_TAKE
    opens, closes = (_is_kept(items, handles, role) for role in ("opens", "closes"))
    chosen, run = [], 0
    for index, (start, end) in enumerate(stage.spans):
        asked = stage.mentions.get(index, frozenset())
        is_taken = (index == 0 and opens) or (index == len(stage.spans) - 1 and closes)
        wants = bool(asked & handles) or (not asked and is_sung(stage.music, start, end))
        if is_taken or not wants or not covering[index]:
            run = 0
            continue
        run += 1
        # The last shot of a film is no cutaway: a line is seen to its end.
        if run % every == 0 and not asked & handles and index + 1 < len(stage.spans):
            continue
        chosen.append(index)
    return chosen


def _is_kept(items: Sequence[Stretch | Photo], handles: set[str], end: str) -> bool:
    """Whether another reference's role claims the film's first or last shot."""
    roles = {Role.FIRST_FRAME} if end == "opens" else {Role.LAST_FRAME, Role.LOGO}
    references = [item.reference for item in items]
    return any(r.handle not in handles and roles & set(r.roles) for r in references)


def _covering(stage: Stage, index: int) -> list[Cast]:
    """The takes that cover a slot, each at the song's position."""
    start, end = stage.spans[index]
    rate = stage.music.frame_rate
    seconds = Fraction(stage.music.start_sample, SAMPLE_RATE_HZ) + start / rate
    found = []
    for performance in stage.performances:
        first = performance.window_start(seconds, end - start, rate)
        stretch = _stretch_at(stage.material, performance.handle, first)
        if first is not None and stretch is not None:
            found.append(Cast(stretch, first, performance.speed))
    return found


def _stretch_at(material: Material, handle: str, seconds: Fraction | None) -> Stretch | None:
    mine = [item for item in material.stretches if item.reference.handle == handle]
    return next(
        (s for s in mine if seconds is not None and s.start_seconds <= seconds < s.end_seconds),
        None,
    )


def _check_covered(stage: Stage, covering: Sequence[Sequence[Cast]]) -> None:
    offset = Fraction(stage.music.start_sample, SAMPLE_RATE_HZ)
    rate = stage.music.frame_rate
    for (start, end), takes in zip(stage.spans, covering, strict=True):
        if not takes:
            covered = "; ".join(f"@{item.handle} {item.covered()}" for item in stage.performances)
            raise InvalidInput(
                f"no take covers {float(offset + start / rate):.2f} to "
                f"{float(offset + end / rate):.2f} s of the song ({covered}), and there is nothing "
                "else to show; add a clip or a photo, or ask for a shorter film"
            )


def _shows(cast: Mapping[int, Cast], index: int, handle: str) -> bool:
    return index in cast and cast[index].reference.handle == handle


def _asked_here(stage: Stage, index: int, one: Cast) -> bool:
    """Whether a mention or a role wants this take in this slot."""
    name, roles = one.reference.handle, one.reference.roles
    is_first, is_last = index == 0, index == len(stage.spans) - 1
    return (
        name in stage.mentions.get(index, ())
        or (is_first and Role.FIRST_FRAME in roles)
        or (is_last and Role.LAST_FRAME in roles)
    )
