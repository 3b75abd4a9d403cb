"""The spine of a film of talk: what is said, sentence by sentence, and where pictures cut to it.

Pure functions. Times of clips are their own, from their first picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from shared.errors import InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText, SyncMap
from shared.timing import frame_at_sample, round_half_up, sample_at_frame

# Sentences this close are said in one go; a longer pause is taken out.
_LONGEST_PAUSE_SECONDS = Fraction(6, 10)
# A breath before a sentence, and the room after it.
_HEAD_SECONDS, _TAIL_SECONDS = Fraction(15, 100), Fraction(25, 100)
# How long other footage covers a join, before and after it; how much of a talker stays in view.
_COVER_BEFORE_SECONDS, _COVER_AFTER_SECONDS = Fraction(12, 10), Fraction(9, 10)
_KEPT_SECONDS, _MIN_COVER_SECONDS = Fraction(8, 10), Fraction(8, 10)
_SNAP_SECONDS = Fraction(1, 4)
# Where two talkers meet uncovered, the second is heard this long before he is seen.
_LEAD_SECONDS = Fraction(1, 5)


@dataclass(frozen=True, slots=True)
class Run:
    """Sentences of one clip without a pause to take out, from and to seconds of the clip.

    `clip` is its place among the talk clips; `words` have the clip's time, in samples at 48 kHz.
    """

    clip: int
    start_seconds: Fraction
    end_seconds: Fraction
    sentences: tuple[SpokenText, ...]
    words: tuple[SpokenText, ...]

    def frames(self, frame_rate: Fraction) -> int:
        """Its length in frames of the film."""
        return max(1, round_half_up((self.end_seconds - self.start_seconds) * frame_rate))


@dataclass(frozen=True, slots=True)
class Piece:
    """One shot of the film from frame `start` up to `end`: a run in view, or None: other footage.

    `index` is the run's; its sound begins `lead_frames` before and goes on for `tail_frames`.
    """

    start: int
    end: int
    index: int | None
    lead_frames: int = 0
    tail_frames: int = 0


@dataclass(frozen=True, slots=True)
class Spine:
    """Runs in order of the film, the frames they start at, and the shots that show them."""

    runs: tuple[Run, ...]
    starts: tuple[int, ...]
    frame_count: int
    pieces: tuple[Piece, ...]
    frame_rate: Fraction


def runs_of(
    clip: int, heard: SyncMap, delay_seconds: Fraction, picture_seconds: Fraction
) -> tuple[Run, ...]:
    """The runs of one clip; its sound begins `delay_seconds` after its first picture.

    Empty where nothing is said. No run reaches into another or beyond the clip's pictures.
    """
    moved = round_half_up(delay_seconds * SAMPLE_RATE_HZ)
    sentences = [_later(sentence, moved) for sentence in heard.sentences]
    words = [_later(word, moved) for word in heard.words]
    groups: list[list[SpokenText]] = []
    for sentence in sorted(sentences, key=lambda item: item.start_sample):
        gap = _seconds(sentence.start_sample - groups[-1][-1].end_sample) if groups else None
        if gap is None or gap > _LONGEST_PAUSE_SECONDS:
            groups.append([])
        groups[-1].append(sentence)
    return tuple(
        _run(clip, group, groups, words, picture_seconds)
        for group in groups
        if _is_seen(group, picture_seconds)
    )


def _is_seen(group: Sequence[SpokenText], picture_seconds: Fraction) -> bool:
    return _seconds(group[0].start_sample) < picture_seconds and group[-1].end_sample > 0


def _run(
    clip: int,
    group: list[SpokenText],
    groups: list[list[SpokenText]],
    words: Sequence[SpokenText],
    picture_seconds: Fraction,
) -> Run:
    at = groups.index(group)
    start, end = _seconds(group[0].start_sample), _seconds(group[-1].end_sample)
    before = start - _seconds(groups[at - 1][-1].end_sample) if at else start
    after = (
        _seconds(groups[at + 1][0].start_sample) - end
        if at + 1 < len(groups)
        else picture_seconds - end
    )
    first = max(Fraction(0), start - min(_HEAD_SECONDS, before / 2))
    last = min(picture_seconds, end + min(_TAIL_SECONDS, after / 2))
    inside = tuple(
        word for word in words if group[0].start_sample <= word.start_sample < group[-1].end_sample
    )
    return Run(clip, first, last, tuple(group), inside)


def within(runs: Sequence[Run], frame_rate: Fraction, most_frames: int | None) -> tuple[Run, ...]:
    """The first sentences that fit into so many frames, all of them for None.

    Raises `InvalidInput` if not even the first does.
    """
    if most_frames is None:
        return tuple(runs)
    kept: list[Run] = []
    left = most_frames
    for run in runs:
        if run.frames(frame_rate) > left:
            short = _shortened(run, frame_rate, left)
            if short is not None:
                kept.append(short)
            break
        kept.append(run)
        left -= run.frames(frame_rate)
    if not kept:
        needed = float(runs[0].sentences[0].end_sample / SAMPLE_RATE_HZ - runs[0].start_seconds)
        raise InvalidInput(
            f"the first sentence lasts {needed:.2f} s; expected a film of at least that, not of "
            f"{float(most_frames / frame_rate):.2f} s"
        )
    return tuple(kept)


def _shortened(run: Run, frame_rate: Fraction, frames: int) -> Run | None:
    """The run up to the last sentence that fits."""
    for count in range(len(run.sentences) - 1, 0, -1):
        last, following = run.sentences[count - 1], run.sentences[count]
        pause = _seconds(following.start_sample - last.end_sample)
        end = _seconds(last.end_sample) + min(_TAIL_SECONDS, max(Fraction(0), pause) / 2)
        words = tuple(word for word in run.words if word.start_sample < last.end_sample)
        short = replace(run, end_seconds=end, sentences=run.sentences[:count], words=words)
        if short.frames(frame_rate) <= frames:
            return short
    return None


def spine_of(runs: Sequence[Run], frame_rate: Fraction, most_covers: int) -> Spine:
    """The film of these runs: other footage over `most_covers` of their joins at most.

    The longest covers come first. A join that stays open is a straight cut, or a J cut where
    another clip goes on.
    """
    lengths = [run.frames(frame_rate) for run in runs]
    starts = tuple(accumulate(lengths[:-1], initial=0))
    spine = Spine(tuple(runs), starts, sum(lengths), (), frame_rate)
    covers = {join: _cover(spine, lengths, join) for join in range(len(runs) - 1)}
    wanted = {join: cover for join, cover in covers.items() if cover is not None}
    ranked = sorted(wanted, key=lambda join: wanted[join][0] - wanted[join][1])[:most_covers]
    return replace(spine, pieces=_pieces(spine, lengths, {join: wanted[join] for join in ranked}))


def _cover(spine: Spine, lengths: Sequence[int], join: int) -> tuple[int, int] | None:
    """The frames that other footage fills over a join, beginning and ending with words."""
    rate, at = spine.frame_rate, spine.starts[join + 1]
    last = len(lengths) - 1
    kept = _KEPT_SECONDS * rate
    sides = [2 if 0 < index < last else 1 for index in (join, join + 1)]
    room = [
        max(0, int((lengths[index] - kept) / count))
        for index, count in zip((join, join + 1), sides, strict=True)
    ]
    before = min(round_half_up(_COVER_BEFORE_SECONDS * rate), room[0])
    after = min(round_half_up(_COVER_AFTER_SECONDS * rate), room[1])
    start = _at_word(spine, join, at - before, at - room[0], at - 1)
    end = _at_word(spine, join + 1, at + after, at + 1, at + room[1])
    return (start, end) if end - start >= _MIN_COVER_SECONDS * rate else None


def _at_word(spine: Spine, index: int, frame: int, first: int, last: int) -> int:
    """The frame of the word nearest to a frame, within a quarter of a second and the bounds."""
    reach = _SNAP_SECONDS * spine.frame_rate
    places = [film_frame(spine, index, word.start_sample) for word in spine.runs[index].words]
    near = [place for place in places if first <= place <= last and abs(place - frame) <= reach]
    return min(near, key=lambda place: (abs(place - frame), place), default=frame)


def _pieces(
    spine: Spine, lengths: Sequence[int], covers: dict[int, tuple[int, int]]
) -> tuple[Piece, ...]:
    lead = round_half_up(_LEAD_SECONDS * spine.frame_rate)
    pieces: list[Piece] = []
    at = 0
    for index, (start, length) in enumerate(zip(spine.starts, lengths, strict=True)):
        end, cover = start + length, covers.get(index)
        following = spine.runs[index + 1] if index + 1 < len(lengths) else None
        if cover is not None:
            seen_until, next_at = cover
        else:
            # The next talker is heard over this one's face, as far as both last.
            is_other = following is not None and following.clip != spine.runs[index].clip
            late = min(lead, lengths[index + 1] // 4) if is_other else 0
            seen_until = next_at = end + late
        pieces.append(Piece(at, seen_until, index, at - start, end - seen_until))
        if cover is not None:
            pieces.append(Piece(seen_until, next_at, None))
        at = next_at
    return tuple(pieces)


def film_frame(spine: Spine, index: int, sample: int) -> int:
    """The film frame at which a sample of a run's clip is heard."""
    return frame_at_sample(film_sample(spine, index, sample), SAMPLE_RATE_HZ, spine.frame_rate)


def film_sample(spine: Spine, index: int, sample: int) -> int:
    """The sample of the film at which a sample of a run's clip is heard."""
    begins = sample_at_frame(spine.starts[index], SAMPLE_RATE_HZ, spine.frame_rate)
    return begins + sample - round_half_up(spine.runs[index].start_seconds * SAMPLE_RATE_HZ)


def said_in_film(spine: Spine) -> tuple[tuple[SpokenText, ...], tuple[SpokenText, ...]]:
    """Words and sentences on the film's time."""

    def moved(index: int, spoken: SpokenText) -> SpokenText:
        ends = [*spine.starts[1:], spine.frame_count]
        end = sample_at_frame(ends[index], SAMPLE_RATE_HZ, spine.frame_rate)
        return replace(
            spoken,
            start_sample=max(0, film_sample(spine, index, spoken.start_sample)),
            end_sample=min(end, film_sample(spine, index, spoken.end_sample)),
        )

    words = tuple(moved(i, word) for i, run in enumerate(spine.runs) for word in run.words)
    sentences = tuple(
        moved(i, sentence) for i, run in enumerate(spine.runs) for sentence in run.sentences
    )
    return words, sentences


def _later(spoken: SpokenText, samples: int) -> SpokenText:
    return replace(
        spoken,
        start_sample=spoken.start_sample + samples,
        end_sample=spoken.end_sample + samples,
    )


def _seconds(samples: int) -> Fraction:
    return Fraction(samples, SAMPLE_RATE_HZ)
