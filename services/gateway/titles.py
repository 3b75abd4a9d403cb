"""Titles from what is asked for: when they come to rest, how long they hold. Pure functions.

Small print has a least time to be read; with an end card it decides how long the film's last shot
is held, so it is a constraint on the cut plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from services.gateway.cues_lines import break_lines
from services.gateway.music import Music
from shared.brief import Brief, Size
from shared.captions import Anchor, Backing, Place, Title, TitleKind, TitleWish
from shared.errors import InvalidInput
from shared.requests import PlanCutsRequest
from shared.safe_areas import reading_of
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline
from shared.timing import frame_at_seconds, round_half_up

# After the guidance on superimposed text that UK broadcasters follow: five words a second, and
# time to notice that there is something to read.
LEGAL_WORDS_PER_SECOND = 5
_FEW_WORDS, _NOTICE_FEW, _NOTICE_MANY = 9, Fraction(2), Fraction(3)
ENTER_SECONDS: Mapping[TitleKind, Fraction] = {
    TitleKind.TITLE: Fraction(3, 10),
    TitleKind.LOWER_THIRD: Fraction(2, 5),
    TitleKind.LEGAL: Fraction(1, 5),
    TitleKind.END_CARD: Fraction(3, 10),
}
_LEAST_SECONDS = {
    TitleKind.TITLE: Fraction(5, 2),
    TitleKind.LOWER_THIRD: Fraction(3),
    TitleKind.LEGAL: Fraction(2),
    TitleKind.END_CARD: Fraction(3),
}
_WORDS_PER_SECOND, _NOTICE = 3, Fraction(1)
# A title comes at the first strong beat after so long, a lower third so long after its shot began.
_TITLE_FROM, _LOWER_THIRD_FROM = Fraction(3, 5), Fraction(1, 2)
# How far an end card may begin before it has to, to be on a beat.
_CARD_SLACK = Fraction(2)
_HEADLINE_SHARES = {TitleKind.TITLE: 0.42, TitleKind.END_CARD: 0.6, TitleKind.LOWER_THIRD: 0.8}


def legal_seconds(text: str) -> Fraction:
    """How long small print must be held at least."""
    words = len(text.split())
    notice = _NOTICE_FEW if words <= _FEW_WORDS else _NOTICE_MANY
    return Fraction(words, LEGAL_WORDS_PER_SECOND) + notice


def hold_seconds(wish: TitleWish) -> Fraction:
    """How long a title is held: what is asked for, but never less than small print needs."""
    if wish.kind is TitleKind.LEGAL:
        return max(wish.seconds or Fraction(0), legal_seconds(wish.text))
    words = len(f"{wish.text} {wish.details}".split())
    usual = max(_LEAST_SECONDS[wish.kind], Fraction(words, _WORDS_PER_SECOND) + _NOTICE)
    held = wish.seconds or usual
    return max(held, legal_seconds(wish.legal)) if wish.legal else held


def card_of(wishes: Sequence[TitleWish]) -> TitleWish | None:
    """The end card among the wishes; raises `InvalidInput` for more than one."""
    cards = [wish for wish in wishes if wish.kind is TitleKind.END_CARD]
    if len(cards) > 1:
        raise InvalidInput(f"{len(cards)} end cards are asked for; expected at most one")
    return cards[0] if cards else None


def holding_request(
    brief: Brief, request: PlanCutsRequest, plan: CutPlan, sync_map: SyncMap | None
) -> PlanCutsRequest | None:
    """The request for cuts that leaves room for the end card; None where there is no card.

    The card's shot begins on the last beat, a downbeat if one is near, that leaves its hold. Raises
    `InvalidInput` for a film that is too short for it.
    """
    card = card_of(brief.titles)
    if card is None:
        return None
    needed = frame_at_seconds(hold_seconds(card), plan.frame_rate)
    latest = plan.frame_count - needed
    if latest < plan.frame_rate:
        raise InvalidInput(
            f"the end card has to be held for {float(hold_seconds(card)):.1f} s; the film has "
            f"{float(plan.frame_count / plan.frame_rate):.1f} s, expected at least a second more"
        )
    music = Music(sync_map, plan.window_start_sample, plan.frame_rate)
    earliest = latest - round_half_up(_CARD_SLACK * plan.frame_rate)
    downbeats = [music.frame(sample) for sample in sync_map.downbeats] if sync_map else []
    beats = [frame for frame, _ in music.beats(plan.frame_count)]
    start = latest
    for frames in (downbeats, beats):
        if near := [frame for frame in frames if max(1, earliest) <= frame <= latest]:
            start = max(near)
            break
    return replace(
        request,
        window_start_sample=plan.window_start_sample,
        locked_spans=((start, plan.frame_count),),
    )


def planned_titles(
    wishes: Sequence[TitleWish], timeline: Timeline, sync_map: SyncMap | None
) -> tuple[Title, ...]:
    """The titles of a film; raises `InvalidInput` for one that belongs to no shot."""
    start_sample = timeline.sound.start_sample if timeline.sound else 0
    heard = sync_map if timeline.sound else None
    music = Music(heard, start_sample, timeline.frame_rate)
    return tuple(
        _title(f"t{number}", wish, timeline, music) for number, wish in enumerate(wishes, start=1)
    )


def title_lines(kind: TitleKind, text: str, size: Size) -> tuple[str, ...]:
    """A headline in lines; a line break in the text is kept."""
    characters = reading_of(size).caption_characters
    if kind is TitleKind.LEGAL:
        return small_print(text, size)
    share = _HEADLINE_SHARES[kind]
    few = max(8, round(share * characters))
    return tuple(
        line for part in text.splitlines() if part.strip()
        for line in break_lines(part.split(), few, 3)
    )  # fmt: skip


def small_print(text: str, size: Size) -> tuple[str, ...]:
    """Small print in as few lines as hold it."""
    characters = reading_of(size).legal_characters
    lines = [break_lines(part.split(), characters, 4) for part in text.splitlines() if part.strip()]
    return tuple(line for group in lines for line in group)


def _title(name: str, wish: TitleWish, timeline: Timeline, music: Music) -> Title:
    rate, count = timeline.frame_rate, timeline.frame_count
    frames = min(count, frame_at_seconds(hold_seconds(wish), rate))
    enter = frame_at_seconds(ENTER_SECONDS[wish.kind], rate)
    title = Title(
        name,
        wish.kind,
        title_lines(wish.kind, wish.text, timeline.size),
        frames,
        details=(wish.details,) if wish.details else (),
        legal=small_print(wish.legal, timeline.size),
        enter_frames=enter,
        place=_PLACES[wish.kind],
        backing=Backing.PLATE if wish.kind is TitleKind.LOWER_THIRD else Backing.SHADOW,
    )
    beats = [frame for frame, _ in music.beats(count)]
    if wish.kind is TitleKind.END_CARD:
        # Its shot was planned for it: the card is all there when the shot begins.
        starts = [start for start in timeline.start_frames() if count - start >= frames]
        rest = starts[-1] if starts else max(0, count - frames)
        frames = count - max(0, rest - enter)
        return replace(title, anchor=Anchor.END, offset_frames=frames, frames=frames)
    if wish.on is not None:
        return _on_shot(title, wish.on, timeline, beats)
    if wish.kind is TitleKind.LEGAL and wish.at_seconds is None:
        return replace(title, anchor=Anchor.END, offset_frames=frames)
    asked = wish.at_seconds if wish.at_seconds is not None else _TITLE_FROM
    first = frame_at_seconds(asked, rate)
    if first >= count:
        raise InvalidInput(
            f"a {wish.kind} at {float(asked):g} s; expected a time within the film's "
            f"{float(count / rate):.2f} s"
        )
    start = _arriving(first, enter, beats, rate)
    return replace(title, offset_frames=start, frames=min(frames + enter, count - start))


_PLACES = {
    TitleKind.TITLE: Place.CENTER,
    TitleKind.LOWER_THIRD: Place.BOTTOM,
    TitleKind.LEGAL: Place.BOTTOM,
    TitleKind.END_CARD: Place.CENTER,
}


def _on_shot(title: Title, handle: str, timeline: Timeline, beats: Sequence[int]) -> Title:
    wanted = handle.removeprefix("@")
    shots = [
        (shot, start)
        for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True)
        if shot.source.handle == wanted
    ]
    if not shots:
        raise InvalidInput(
            f"a {title.kind} is asked for on @{wanted}, which no shot shows; expected a reference "
            "that is in the film, or at_seconds"
        )
    # The first shot that is long enough and not the last one, which a card may cover.
    fitting = [item for item in shots if item[0].frames >= title.frames]
    fitting = [item for item in fitting if item[0] is not timeline.shots[-1]] or fitting
    shot, start = fitting[0] if fitting else max(shots, key=lambda item: item[0].frames)
    first = start + round_half_up(_LOWER_THIRD_FROM * timeline.frame_rate)
    if shot.frames < title.frames:
        first = start
    inside = [beat for beat in beats if beat < start + shot.frames]
    offset = max(0, _arriving(first, title.enter_frames, inside, timeline.frame_rate) - start)
    # A name stays with whoever it names.
    frames = min(title.frames + title.enter_frames, shot.frames - offset)
    return replace(title, anchor=Anchor.SHOT, shot=shot.id, offset_frames=offset, frames=frames)


def _arriving(first: int, enter: int, beats: Sequence[int], rate: Fraction) -> int:
    """The first frame of something that is at rest on the next beat; at once without one near."""
    rest = next((beat for beat in beats if first + enter <= beat <= first + enter + rate), None)
    return first if rest is None else rest - enter
