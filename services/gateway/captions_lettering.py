"""From captions and titles to what a segment is asked to draw. Pure functions.

A cue that began long before a shot looks the same in it whenever that was, and is asked for in the
same words: frames beyond a segment count only as far as type still moves.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.gateway.cues import KINETIC_ENTER_SECONDS
from shared.brand import Brand
from shared.captions import (
    Anchor,
    Caption,
    CaptionStyle,
    CueWord,
    Title,
    TitleKind,
)
from shared.errors import InvalidInput
from shared.lettering import Lettering, LetteringKind
from shared.safe_areas import safe_box
from shared.timeline import Timeline
from shared.timing import round_half_up

_KINDS = {style: LetteringKind(style.value) for style in CaptionStyle} | {
    kind: LetteringKind(kind.value) for kind in TitleKind
}
_ENTER = {
    LetteringKind.CAPTION: Fraction(0),
    LetteringKind.KARAOKE: Fraction(2, 15),
    LetteringKind.KINETIC: KINETIC_ENTER_SECONDS,
}
_LEAVE = {
    LetteringKind.CAPTION: Fraction(0),
    LetteringKind.KARAOKE: Fraction(2, 15),
    LetteringKind.KINETIC: Fraction(2, 15),
    LetteringKind.TITLE: Fraction(3, 10),
    LetteringKind.LOWER_THIRD: Fraction(1, 5),
    LetteringKind.LEGAL: Fraction(1, 5),
    LetteringKind.END_CARD: Fraction(0),
}
# After so many frames beyond its entrance nothing about type changes any more.
_SETTLED_FRAMES = 24
_DROPPED = ".,;:…"


def title_span(title: Title, timeline: Timeline) -> tuple[int, int] | None:
    """Film frames (first, one after the last) of a title; None if its shot is gone."""
    match title.anchor:
        case Anchor.START:
            start = title.offset_frames
        case Anchor.END:
            start = timeline.frame_count - title.offset_frames
        case Anchor.SHOT:
            places = {
                shot.id: start
                for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True)
            }
            if title.shot not in places:
                return None
            start = places[title.shot] + title.offset_frames
    return start, start + title.frames


def card_frame(timeline: Timeline) -> int:
    """The film frame on which an end card begins to cover the picture; the film's end without."""
    spans = [
        span[0]
        for title in timeline.titles
        if title.kind is TitleKind.END_CARD and (span := title_span(title, timeline))
    ]
    return min(spans, default=timeline.frame_count)


def shown_captions(timeline: Timeline) -> tuple[Caption, ...]:
    """The captions that the picture shows: what an end card covers is not drawn."""
    if not timeline.caption_delivery.is_burned:
        return ()
    until = card_frame(timeline)
    return tuple(caption for caption in timeline.captions if caption.start_frame < until)


def lettering_of_caption(timeline: Timeline, caption: Caption) -> Lettering:
    """A caption as it is drawn, in film frames."""
    kind = _KINDS[timeline.caption_style]
    lines, words = caption.lines, caption.words
    if kind is LetteringKind.KINETIC:
        lines = tuple(filter(None, (_loud(line) for line in lines)))
        words = _loud_words(words)
    captions = timeline.captions
    is_kinetic = kind is LetteringKind.KINETIC
    backed_alike = [other for other in captions if other.backing is caption.backing]
    # An end card comes over nothing that is still to be read.
    start, end = caption.start_frame, min(caption.end_frame, card_frame(timeline))
    end = max(end, start + 1)
    return Lettering(
        kind=kind,
        lines=lines,
        start_frame=start,
        end_frame=end,
        brand=_without_logo(timeline),
        words=tuple(
            replace(word, start_frame=word.start_frame + start, end_frame=word.end_frame + start)
            for word in words
        ),
        enter_frames=round_half_up(_ENTER[kind] * timeline.frame_rate),
        leave_frames=round_half_up(_LEAVE[kind] * timeline.frame_rate),
        place=caption.place,
        backing=caption.backing,
        joins_before=is_kinetic and any(other.end_frame == start for other in backed_alike),
        joins_after=is_kinetic and any(other.start_frame == end for other in backed_alike),
        safe=safe_box(timeline.size),
    )


def lettering_of_title(timeline: Timeline, title: Title) -> Lettering | None:
    """A title as it is drawn, in film frames; None if its shot is gone."""
    span = title_span(title, timeline)
    if span is None:
        return None
    kind = _KINDS[title.kind]
    is_card = title.kind is TitleKind.END_CARD
    return Lettering(
        kind=kind,
        lines=title.lines,
        start_frame=span[0],
        end_frame=span[1],
        brand=_brand(timeline) if is_card else _without_logo(timeline),
        details=title.details,
        legal=title.legal,
        enter_frames=title.enter_frames,
        leave_frames=round_half_up(_LEAVE[kind] * timeline.frame_rate),
        place=title.place,
        backing=title.backing,
        safe=safe_box(timeline.size),
    )


def lettering_in(timeline: Timeline, start: int, end: int) -> tuple[Lettering, ...]:
    """What is drawn on the film frames from `start` up to `end`, counted from `start`.

    Captions are below titles, and an end card covers both.
    """
    captions = [lettering_of_caption(timeline, item) for item in shown_captions(timeline)]
    titles = [item for t in timeline.titles if (item := lettering_of_title(timeline, t))]
    titles.sort(key=lambda item: item.kind is LetteringKind.END_CARD)
    return tuple(
        _counted_from(item, start, end)
        for item in (*captions, *titles)
        if item.start_frame < end and start < item.end_frame
    )


def shifted(lettering: tuple[Lettering, ...], frames: int) -> tuple[Lettering, ...]:
    """The same, counted from so many frames earlier."""
    return tuple(_moved(item, frames) for item in lettering)


def _counted_from(item: Lettering, start: int, end: int) -> Lettering:
    """In frames of a segment; what lies further out than type moves is drawn in."""
    first = -(item.enter_frames + _SETTLED_FRAMES)
    last = end - start + item.leave_frames + _SETTLED_FRAMES

    def near(frame: int) -> int:
        return min(max(frame - start, first), last)

    return replace(
        item,
        start_frame=near(item.start_frame),
        end_frame=near(item.end_frame),
        words=tuple(
            replace(word, start_frame=near(word.start_frame), end_frame=near(word.end_frame))
            for word in item.words
        ),
    )


def _moved(item: Lettering, frames: int) -> Lettering:
    return replace(
        item,
        start_frame=item.start_frame + frames,
        end_frame=item.end_frame + frames,
        words=tuple(
            CueWord(word.text, word.start_frame + frames, word.end_frame + frames)
            for word in item.words
        ),
    )


def _loud(text: str) -> str:
    words = [word.strip(_DROPPED) for word in text.upper().split()]
    return " ".join(word for word in words if word)


def _loud_words(words: tuple[CueWord, ...]) -> tuple[CueWord, ...]:
    loud = [replace(word, text=_loud(word.text)) for word in words]
    return tuple(word for word in loud if word.text)


def _brand(timeline: Timeline) -> Brand:
    if timeline.brand is None:
        raise InvalidInput("a film with type needs a brand: fonts and colours")
    return replace(timeline.brand, logo_corner=None)  # which no type shows


def _without_logo(timeline: Timeline) -> Brand:
    # Another logo changes the end card alone.
    return replace(_brand(timeline), logo=None, logo_corner=None)
