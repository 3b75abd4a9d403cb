"""Stretches of a film that a shorter one plays, and what lies over them. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.gateway.captions_lettering import title_span
from services.gateway.titles import legal_seconds
from services.gateway.versions.choice import Piece
from shared.captions import Anchor, Caption, Title, TitleKind
from shared.errors import InvalidInput
from shared.soundtrack import Tracks
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline
from shared.timing import sample_at_frame

# A cue that loses more than this share of its time would say what is not heard.
_LEAST_SHARE = 0.8
_LEAST_TITLE_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class Run:
    """Film frames `start` up to `end` that play from frame `at` of the shorter film on."""

    start: int
    end: int
    at: int

    @property
    def frames(self) -> int:
        """Its length."""
        return self.end - self.start


def runs_of(film: Timeline, chosen: Sequence[Piece]) -> tuple[Run, ...]:
    """The runs of chosen pieces: whole shots that follow each other are one."""
    starts, runs, at = film.start_frames(), list[Run](), 0
    for piece in chosen:
        start = starts[piece.index]
        if runs and runs[-1].end == start:
            runs[-1] = replace(runs[-1], end=start + piece.frames)
        else:
            runs.append(Run(start, start + piece.frames, at))
        at += piece.frames
    return tuple(runs)


def moved(span: tuple[int, int], runs: Sequence[Run]) -> tuple[int, int] | None:
    """The longest part of a span of film frames that is played, in the shorter film's frames."""
    parts = []
    for run in runs:
        first, last = max(span[0], run.start), min(span[1], run.end)
        if first < last:
            parts.append((last - first, run.at + first - run.start))
    if not parts:
        return None
    frames, start = max(parts, key=lambda part: (part[0], -part[1]))
    return start, start + frames


def captions_in(film: Timeline, runs: Sequence[Run]) -> tuple[Caption, ...]:
    """The cues that are played whole, or nearly."""
    found = []
    for caption in film.captions:
        part = moved((caption.start_frame, caption.end_frame), runs)
        if part and part[1] - part[0] >= _LEAST_SHARE * caption.frames:
            found.append(replace(caption, start_frame=part[0], frames=part[1] - part[0]))
    return tuple(sorted(found, key=lambda caption: caption.start_frame))


def titles_in(film: Timeline, runs: Sequence[Run], chosen: Sequence[Piece]) -> tuple[Title, ...]:
    """The titles that are still held long enough to be read; the end card goes with its shot.

    Raises `InvalidInput` for small print that would be held too briefly, with both figures.
    """
    count = sum(run.frames for run in runs)
    found = []
    for title in film.titles:
        kept = _title_in(title, film, runs, chosen, count)
        if kept is None and title.kind is TitleKind.LEGAL:
            raise _unreadable(title, 0.0)
        if kept is None:
            continue
        check_small_print(kept, film)
        found.append(kept)
    return tuple(found)


def check_small_print(title: Title, film: Timeline) -> None:
    """Raises `InvalidInput` for small print that is held too briefly, to the nearest frame."""
    legal = title.lines if title.kind is TitleKind.LEGAL else title.legal
    held = (title.frames - title.enter_frames) / film.frame_rate
    if legal and legal_seconds(" ".join(legal)) - held > 1 / film.frame_rate:
        raise _unreadable(title, float(held))


def tracks_in(film: Timeline, runs: Sequence[Run]) -> Tracks:
    """The spoken lines and effects that are played whole, or begin in what is played."""
    lines = []
    for line in film.tracks.lines:
        start = _moved_sample(line.start_sample, line.length_samples, film, runs)
        if start is not None:
            lines.append(replace(line, start_sample=start))
    effects = []
    for effect in film.tracks.effects:
        start = _moved_sample(effect.start_sample, 1, film, runs)
        if start is not None:
            effects.append(replace(effect, start_sample=start))
    return Tracks(tuple(lines), tuple(effects))


def _title_in(
    title: Title, film: Timeline, runs: Sequence[Run], chosen: Sequence[Piece], count: int
) -> Title | None:
    last, ends = chosen[-1], chosen[-1].index == len(film.shots) - 1
    if title.anchor is Anchor.END:
        if title.kind is TitleKind.END_CARD and not ends:
            return None
        # What fills the last shot follows its length.
        fills = ends and title.frames - title.enter_frames >= film.shots[-1].frames
        longer = last.frames - film.shots[-1].frames if fills else 0
        frames = min(title.frames + longer, count)
        offset = min(title.offset_frames + longer, count)
        return replace(title, frames=frames, offset_frames=offset)
    span = title_span(title, film)
    part = moved(span, runs) if span else None
    if part is None:
        return None
    frames = part[1] - part[0]
    least = title.enter_frames + round(_LEAST_TITLE_SECONDS * film.frame_rate)
    if frames < title.frames and title.kind is not TitleKind.LEGAL and frames < least:
        return None
    if title.anchor is Anchor.SHOT:
        return replace(title, frames=frames)
    return replace(title, frames=frames, offset_frames=part[0])


def _unreadable(title: Title, held: float) -> InvalidInput:
    legal = title.lines if title.kind is TitleKind.LEGAL else title.legal
    needed = float(legal_seconds(" ".join(legal)))
    return InvalidInput(
        f"the small print of {title.id} needs {needed:.1f} s to be read, it would be held for "
        f"{held:.1f} s; expected fewer words, or more time on screen"
    )


def _moved_sample(start: int, length: int, film: Timeline, runs: Sequence[Run]) -> int | None:
    """Where a sound of the film begins in the shorter one, None where it is not played whole."""
    rate = film.frame_rate
    for run in runs:
        first = sample_at_frame(run.start, SAMPLE_RATE_HZ, rate)
        end = sample_at_frame(run.end, SAMPLE_RATE_HZ, rate)
        if first <= start and start + length <= end:
            return sample_at_frame(run.at, SAMPLE_RATE_HZ, rate) + start - first
    return None
