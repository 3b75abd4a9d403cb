"""Which shots of a cut plan are made by a model instead of cut from footage. Pure functions.

The director casts footage into the other slots. In a slot that is to be made a stand-in is cast: a
plain grey photo that nothing in the store belongs to, so that its neighbours are chosen as beside
any other picture; afterwards the shot's source is the made one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from services.gateway.casting import Cast, Take
from services.gateway.clip_music import with_music
from services.gateway.continuing import overlap_of
from services.gateway.generate_seams import going_on, without_seams
from services.gateway.generate_sources import generated_source, inputs_of
from services.gateway.material import Material, Photo, is_seen
from services.gateway.music import Music
from services.gateway.prompts import mentionable
from services.gateway.slot_wishes import Span, section_labels
from shared.brief import Brief, MediaKind, Reference, Role, SourceChoice
from shared.digest import Digest, canonical_bytes
from shared.errors import InvalidInput
from shared.families.catalogue import find_model
from shared.families.family import Task
from shared.generate_options import GenerateOptions, ShotWish
from shared.generation import PROCEDURAL, Generated
from shared.observation import ImageStyle
from shared.shot import Framing, Grade, Move, Shot
from shared.sync_map import SyncMap
from shared.timeline import Timeline

# A made clip that is too short for its shot may be played this slowly, and no slower.
SLOWEST = Fraction(4, 5)
# What a transition may show of a clip before and after its shot.
_AROUND_SECONDS = Fraction(1, 2)
_SIDE = 64
_STAND_IN = "to-be-generated-"


@dataclass(frozen=True, slots=True)
class MadeSlots:
    """What is made, by the index of the slot; `notes` are wishes that were not met."""

    sources: Mapping[int, Generated]
    notes: tuple[str, ...] = ()


def options_of(brief: Brief) -> GenerateOptions | None:
    """Which shots of a brief are made; None for none. `source: generate` alone makes all."""
    if brief.generate is None and brief.source is SourceChoice.GENERATE:
        return GenerateOptions()
    return brief.generate


def makes_all(brief: Brief) -> bool:
    """Whether a model makes every shot, so that no footage is cast."""
    options = options_of(brief)
    return options is not None and options.makes_all


def wished(brief: Brief) -> tuple[tuple[str, ShotWish], ...]:
    """Every wish for a made shot, with its place in the brief; the film's prompt where it has none.

    Where sections have prompts of their own in the brief, shots of those sections have these.
    """
    options = options_of(brief)
    if options is None:
        return ()
    film, own = ShotWish(prompt=brief.prompt), []
    for where, wish in options.wishes:
        if where == "generate" and wish.prompt is None:
            own += [(where, replace(wish, prompt=text)) for _, text in brief.section_prompts]
            if own and brief.prompt is None:
                continue  # a shot outside of these sections is refused when the song is known
        own.append((where, wish.over(film)))
    return tuple(own)


def is_input(brief: Brief, reference: Reference) -> bool:
    """Whether a reference is shown to a model and so not cut, unless its role is `source`."""
    if Role.SOURCE in reference.roles:
        return False
    texts = (wish.prompt for where, wish in wished(brief) if where.startswith("generate."))
    default = options_of(brief)
    prompts = [*texts, default.default.prompt if default else None]
    known = mentionable(brief)
    return any(
        given.handle == reference.handle
        for text in prompts
        if text is not None
        for given in inputs_of(text, known)
    )


def is_cut(brief: Brief, reference: Reference) -> bool:
    """Whether a reference's pictures are cut into the film of a brief."""
    return is_seen(reference) and not is_input(brief, reference)


def made_slots(brief: Brief, spans: Sequence[Span], music: Music) -> MadeSlots:
    """What is made in which of some spans of film frames.

    Raises `InvalidInput` for a shot without words, for inputs that no model takes, and for a shot
    that was named and lasts longer than its model's clips.
    """
    options = options_of(brief)
    if options is None:
        return MadeSlots({})
    labels = section_labels(music, spans)
    named = _named(options, labels)
    prompts = dict(brief.section_prompts)
    sources: dict[int, Generated] = {}
    notes = _unmet(options, labels)
    for index, (where, wish) in sorted(named.items()):
        label = labels[index]
        film = ShotWish(prompt=prompts.get(label or "", brief.prompt))
        # In each film the n-th made shot has the n-th seed after the first.
        filled = wish.over(film)
        if filled.seed is not None and where != f"generate.shots.{index + 1}":
            filled = replace(filled, seed=filled.seed + len(sources))
        filled = going_on(filled, sources.get(index - 1), where, options, index + 1)
        source = generated_source(filled, mentionable(brief), where, brief.seed)
        start, end = spans[index]
        try:
            sources[index] = slowed(source, (end - start) / music.frame_rate)
        except InvalidInput as error:
            if where != "generate" or options.makes_all:
                raise error.about(f"{where}: shot {index + 1}") from error
            notes.append(f"shot {index + 1} was not generated: {error.message}")
    return MadeSlots(sources, tuple(notes))


def slowed(source: Generated, seconds: Fraction) -> Generated:
    """The source played as slowly as its model's longest clip needs, to cover so many seconds.

    Raises `InvalidInput`, with both figures, where that is slower than `SLOWEST`.
    """
    if source.backend == PROCEDURAL:
        return source
    model = find_model(str(source.param("model")))[1]
    shared = 0  # what both shots show is in the clip of the later one too
    if source.task == Task.CONTINUE:
        shared = overlap_of(source, model) * model.grid.frame_step
    longest = (model.grid.max_frames - shared) / model.grid.frame_rate - _AROUND_SECONDS
    speed = min(Fraction(1), longest / seconds)
    if speed < SLOWEST:
        raise InvalidInput(
            f"it lasts {float(seconds):.2f} s; {model.name} makes at most "
            f"{float(longest / SLOWEST):.2f} s for a shot (expected a faster pacing, or footage)"
        )
    return replace(source, speed=speed.limit_denominator(1000))


def stand_ins(made: MadeSlots, material: Material, brief: Brief) -> dict[int, Cast]:
    """For each made slot a cast of a grey photo, as sharp as the rest of the material."""
    sharp = [float(np.median(item.motion.sharpness)) for item in material.stretches]
    sharp += [float(item.style.sharpness) for item in material.photos]
    style = _plain(float(np.median(sharp)) if sharp else 0.0, brief)
    casts = {}
    for index in made.sources:
        handle = f"{_STAND_IN}{index + 1}"
        blob = Digest.of_bytes(canonical_bytes(handle))
        casts[index] = Cast(Photo(Reference(handle, MediaKind.IMAGE, blob), style))
    return casts


def with_stand_ins(
    material: Material, casts: Mapping[int, Cast], others: Sequence[Take] = ()
) -> Material:
    """The material with the stand-ins as photos, those of other takes too, which are compared."""
    casts_before = [cast for take in others for cast, _ in take]
    doubles = {
        cast.item.reference.handle: cast.item
        for cast in (*casts_before, *casts.values())
        if isinstance(cast.item, Photo) and cast.item.reference.handle.startswith(_STAND_IN)
    }
    return Material(material.stretches, (*material.photos, *doubles.values()))


def stand_in_handles(material: Material) -> frozenset[str]:
    """The handles of stand-ins, which fill no slot but their own."""
    handles = (photo.reference.handle for photo in material.photos)
    return frozenset(handle for handle in handles if handle.startswith(_STAND_IN))


def with_made(timeline: Timeline, brief: Brief, music: Music) -> Timeline:
    """The timeline whose shots that are to be made show what is made."""
    spans = _spans(timeline)
    made = made_slots(brief, spans, music)
    if not made.sources:
        return timeline
    shots: list[Shot] = []
    for index, (shot, (start, _)) in enumerate(zip(timeline.shots, spans, strict=True)):
        source = made.sources.get(index)
        if source is not None and source.task == Task.CONTINUE:
            source = replace(source, continues=shots[-1].id)
        shots.append(shot if source is None else made_shot(shot, source, start, music))
    return without_seams(replace(timeline, shots=tuple(shots)))


def made_shot(shot: Shot, source: Generated, start_frame: int, music: Music) -> Shot:
    """A shot that shows a made source: whole, unmoved, without the grade of another source."""
    grade = shot.grade.for_another_source() if source.backend != PROCEDURAL else Grade()
    plain = replace(
        shot, source=source, framing=Framing(), move=Move(), grade=grade, accents=(), seed=None
    )
    return with_music(plain, start_frame, music)


def made_notes(timeline: Timeline, brief: Brief, sync_map: SyncMap | None) -> tuple[str, ...]:
    """What was wished to be made and is not, in words."""
    start = timeline.sound.start_sample if timeline.sound else 0
    return made_slots(brief, _spans(timeline), Music(sync_map, start, timeline.frame_rate)).notes


def _spans(timeline: Timeline) -> list[Span]:
    starts = timeline.start_frames()
    return [
        (start, start + shot.frames) for start, shot in zip(starts, timeline.shots, strict=True)
    ]


def _named(
    options: GenerateOptions, labels: Sequence[str | None]
) -> dict[int, tuple[str, ShotWish]]:
    """The wish of each slot that is to be made, with its place in the brief."""
    by_place, by_label = dict(options.shots), dict(options.sections)
    found: dict[int, tuple[str, ShotWish]] = {}
    for index, label in enumerate(labels):
        if (wish := by_place.get(index + 1)) is not None:
            found[index] = (f"generate.shots.{index + 1}", wish.over(options.default))
        elif label is not None and (wish := by_label.get(label)) is not None:
            found[index] = (f"generate.sections.{label}", wish.over(options.default))
        elif options.makes_all or (options.every and (index + 1) % options.every == 0):
            found[index] = ("generate", options.default)
    return found


def _unmet(options: GenerateOptions, labels: Sequence[str | None]) -> list[str]:
    """What names no shot of the film."""
    heard = dict.fromkeys(label for label in labels if label is not None)
    listed = ", ".join(heard) or "none were found"
    notes = [
        f"generate.shots.{place} was not used: the film has {len(labels)} shots"
        for place, _ in options.shots
        if place > len(labels)
    ]
    notes += [
        f"generate.sections.{label} was not used: the song has no such section ({listed})"
        for label, _ in options.sections
        if label not in heard
    ]
    if options.every is not None and options.every > len(labels):
        notes.append(f"generate.every {options.every} names none of the film's {len(labels)} shots")
    return notes


def _plain(sharpness: float, brief: Brief) -> ImageStyle:
    scale = _SIDE / max(brief.size.width, brief.size.height)
    height = max(1, round(brief.size.height * scale))
    width = max(1, round(brief.size.width * scale))
    grey = np.full((1, 3), 0.5, np.float32)
    return ImageStyle(
        width=brief.size.width,
        height=brief.size.height,
        sharpness=sharpness,
        saliency_x=0.5,
        saliency_y=0.5,
        palette_rgb=grey,
        palette_weights=np.ones(1, np.float32),
        lab_mean=np.array([53.4, 0, 0], np.float32),
        lab_std=np.ones(3, np.float32),
        saliency=np.full((height, width), 1 / (height * width), np.float32),
    )
