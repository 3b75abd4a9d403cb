"""Type for a film: cues from words, titles from wishes, each where it can be read.

Where type stands and what is behind it is decided once, from what the shots show without it, and
written into the timeline: a cue that runs across a cut looks the same on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.gateway.captions_lettering import (
    card_frame,
    lettering_of_caption,
    lettering_of_title,
    title_span,
)
from services.gateway.captions_look import Behind, Still, drawn, look_behind
from services.gateway.cues import cues_of, rules_for
from services.gateway.logo_marks import logo_of
from services.gateway.music import Music
from services.gateway.titles import planned_titles
from shared.blobs import BlobStore
from shared.brand import Brand, contrast, luminance, parse_color
from shared.brief import Brief, Size
from shared.captions import Backing, Caption, CueWord, Place, Title, TitleKind
from shared.fonts import Face
from shared.legibility import MIN_CONTRAST
from shared.lettering import Lettering, LetteringKind
from shared.runner import Runner
from shared.set_lines import Box
from shared.sync_map import SyncMap
from shared.timeline import Timeline
from shared.typesetting import Faces, set_type

_BESIDE = (Place.LEFT, Place.RIGHT)
_PLACES = {
    LetteringKind.CAPTION: (Place.BOTTOM, Place.TOP),
    LetteringKind.KARAOKE: (Place.BOTTOM, Place.TOP),
    LetteringKind.KINETIC: (Place.CENTER, *_BESIDE, Place.BOTTOM, Place.TOP),
    LetteringKind.TITLE: (Place.CENTER, *_BESIDE, Place.BOTTOM, Place.TOP),
    LetteringKind.LEGAL: (Place.BOTTOM, Place.TOP),
}
_SCRIMMED = (LetteringKind.KINETIC, LetteringKind.TITLE)
# If so many cues need something behind them, all get it: captions that change look restless.
_SHARE_FOR_ALL = 0.25
_LEAST_TITLE_SECONDS = 1.2
_WORD_ACCENTED = (LetteringKind.KARAOKE, LetteringKind.KINETIC)


@dataclass(frozen=True, slots=True)
class Seen:
    """What type meets where it stands: the share of a face that it covers at most, and contrast.

    `contrast` is the worst of its inks with the bare picture; None where nobody has looked.
    """

    face_share: float
    contrast: float | None


async def add_type(
    runner: Runner, brief: Brief, timeline: Timeline, sync_map: SyncMap | None
) -> Timeline:
    """The timeline with the captions and titles of a brief; the same one if none are asked for."""
    timeline = replace(
        timeline,
        brand=brief.brand,
        corner_logo=logo_of(brief.brand),
        caption_delivery=brief.captions,
        caption_style=brief.caption_style,
    )
    if brief.titles:
        titles = planned_titles(brief.titles, timeline, sync_map)
        timeline = replace(timeline, titles=titles)
    if brief.captions.is_burned or brief.captions.has_files:
        timeline = replace(timeline, captions=_cues(timeline, sync_map))
        timeline = replace(timeline, titles=_yielding(timeline))
    if not drawn(timeline):
        return timeline
    return choose_looks(runner.blobs, timeline, await look_behind(runner, timeline))


def choose_looks(blobs: BlobStore, timeline: Timeline, behind: Behind) -> Timeline:
    """The timeline with every piece of type in the best place, backed where it has to be."""
    faces = brand_faces(blobs, timeline.brand)
    titles = []
    for title in timeline.titles:
        lettering = lettering_of_title(timeline, title)
        if lettering is None or title.kind in (TitleKind.END_CARD, TitleKind.LOWER_THIRD):
            titles.append(title)
            continue
        placed, backing = _look(lettering, behind, faces, ())
        titles.append(replace(title, place=placed, backing=backing))
    timeline = replace(timeline, titles=tuple(titles))
    return replace(timeline, captions=_captions(timeline, behind, faces))


def what_is_met(lettering: Lettering, behind: Behind, faces: Faces) -> Seen:
    """What a piece of type meets where it stands now."""
    shares, contrasts = [], []
    for still in behind.under(lettering):
        box = set_type(lettering, still.size, faces).box
        shares += [face.overlap(box) for face in still.faces]
        contrasts.append(_contrast(lettering, still, box))
    return Seen(max(shares, default=0.0), min(contrasts, default=None))


def brand_faces(blobs: BlobStore, brand: Brand | None) -> Faces:
    """The fonts of a brand as they are measured."""
    assert brand is not None  # a timeline with type has one
    return Faces(
        Face(blobs.read(brand.display.blob), brand.display.weight, 32.0),
        Face(blobs.read(brand.text.blob), brand.text.weight, 24.0),
    )


def _cues(timeline: Timeline, sync_map: SyncMap | None) -> tuple[Caption, ...]:
    """Cues of the words that are heard in the film."""
    if sync_map is None:
        return ()
    start = timeline.sound.start_sample if timeline.sound else 0
    music = Music(sync_map, start, timeline.frame_rate)
    count = timeline.frame_count
    words = []
    for word in sync_map.words:
        start, end = music.frame(word.start_sample), music.frame(word.end_sample)
        if 0 <= start < count:
            parts = word.text.split() or [""]
            words += [
                CueWord(part, start, min(max(end, start + 1), count)) for part in parts if part
            ]
    rules = rules_for(timeline.caption_style, timeline.size)
    cuts = [start for start in timeline.start_frames() if start]
    # A card hides what is below it: a cue that reaches it ends with the picture.
    if (card := card_frame(timeline)) < count:
        cuts = sorted({*cuts, card})
    return cues_of(words, cuts, count, timeline.frame_rate, rules)


def _yielding(timeline: Timeline) -> tuple[Title, ...]:
    """Titles that go when the first cue comes: two headlines at once are read by nobody."""
    if not timeline.caption_delivery.is_burned:
        return timeline.titles
    kept = []
    for title in timeline.titles:
        span = title_span(title, timeline)
        if title.kind is TitleKind.TITLE and span is not None:
            least = span[0] + title.enter_frames + round(_LEAST_TITLE_SECONDS * timeline.frame_rate)
            cues = [c.start_frame for c in timeline.captions if c.end_frame > least]
            end = max(least, min([span[1], *cues]))
            title = replace(title, frames=min(title.frames, end - span[0]))  # noqa: PLW2901
        kept.append(title)
    return tuple(kept)


def _captions(timeline: Timeline, behind: Behind, faces: Faces) -> tuple[Caption, ...]:
    if not timeline.caption_delivery.is_burned:
        return timeline.captions
    titles = [item for t in timeline.titles if (item := _standing(timeline, t))]
    placed = []
    for caption in timeline.captions:
        lettering = lettering_of_caption(timeline, caption)
        beside = tuple(
            title
            for title in titles
            if title.start_frame < lettering.end_frame and lettering.start_frame < title.end_frame
        )
        place, backing = _look(lettering, behind, faces, beside)
        placed.append(replace(caption, place=place, backing=backing))
    backed = sum(caption.backing is not Backing.SHADOW for caption in placed)
    if backed > _SHARE_FOR_ALL * len(placed):
        style = LetteringKind(timeline.caption_style.value)
        placed = [replace(caption, backing=_backing(style)) for caption in placed]
    return tuple(placed)


def _standing(timeline: Timeline, title: Title) -> Lettering | None:
    """A title that captions have to keep clear of."""
    return None if title.kind is TitleKind.END_CARD else lettering_of_title(timeline, title)


def _look(
    lettering: Lettering, behind: Behind, faces: Faces, beside: Sequence[Lettering]
) -> tuple[Place, Backing]:
    """The first place without a face or other type, else the best of them; and what it needs."""
    stills = behind.under(lettering)
    size = stills[0].size if stills else Size(320, 180)
    best, least = lettering.place, float("inf")
    is_upright = size.height > size.width
    for place in _PLACES[lettering.kind]:
        if place in _BESIDE and is_upright:
            continue  # there is nothing beside type that is as wide as the picture
        there = replace(lettering, place=place)
        box = set_type(there, size, faces).box
        hidden = max((face.overlap(box) for still in stills for face in still.faces), default=0.0)
        crossed = max(
            (box.overlap(set_type(other, size, faces).box) for other in beside), default=0.0
        )
        if hidden + 2 * crossed < least - 1e-9:
            best, least = place, hidden + 2 * crossed
    seen = what_is_met(replace(lettering, place=best), behind, faces)
    is_clear = seen.contrast is not None and seen.contrast >= MIN_CONTRAST
    return best, Backing.SHADOW if is_clear else _backing(lettering.kind)


def _backing(kind: LetteringKind) -> Backing:
    return Backing.SCRIM if kind in _SCRIMMED else Backing.PLATE


def _contrast(lettering: Lettering, still: Still, box: Box) -> float:
    brand = lettering.brand
    inks = [brand.ink, brand.accent] if lettering.kind in _WORD_ACCENTED else [brand.ink]
    found = []
    for ink in inks:
        own = luminance(parse_color(ink))
        behind = still.luminance_behind(box, is_light=own > 0.18)
        found.append(contrast(own, behind))
    return min(found)
