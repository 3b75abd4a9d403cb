"""Captions of a film from another language's cues, times as they are written. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.cues import CueRules, lines_of, rules_for
from services.gateway.versions.subtitles import Cue
from shared.captions import Caption, CaptionStyle, CueWord, Place
from shared.errors import InvalidInput
from shared.timeline import Timeline
from shared.timing import frame_at_seconds


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text and the film frames in which it is on screen."""

    text: str
    start_frame: int
    end_frame: int
    lines: tuple[str, ...] = ()
    is_top: bool = False


def of_cues(cues: Sequence[Cue], film: Timeline) -> tuple[Spoken, ...]:
    """Cues in film frames; raises `InvalidInput` for one that begins after the film's end."""
    found = []
    seconds = float(film.frame_count / film.frame_rate)
    for cue in cues:
        start = frame_at_seconds(cue.start_seconds, film.frame_rate)
        end = min(film.frame_count, frame_at_seconds(cue.end_seconds, film.frame_rate))
        if start >= film.frame_count:
            raise InvalidInput(
                f"cue {cue.number} (line {cue.line}) begins at {float(cue.start_seconds):.3f} s; "
                f"the film lasts {seconds:.3f} s"
            )
        found.append(Spoken(cue.text, start, max(end, start + 1), cue.lines, cue.is_top))
    return tuple(found)


def of_script(lines: Sequence[str], film: Timeline) -> tuple[Spoken, ...]:
    """A line for each cue of the film, or for each line that is spoken in it, in its time.

    Raises `InvalidInput` for another number of lines.
    """
    cues, said = film.captions, film.tracks.lines
    if cues and len(lines) == len(cues):
        pairs = zip(lines, cues, strict=True)
        return tuple(
            Spoken(text, cue.start_frame, cue.end_frame, is_top=cue.place is Place.TOP)
            for text, cue in pairs
        )
    if said and len(lines) == len(said):
        rate = film.frame_rate
        found = []
        for text, line in zip(lines, said, strict=True):
            start, end = (
                int(sample * rate / 48_000)
                for sample in (line.start_sample, line.start_sample + line.length_samples)
            )
            found.append(Spoken(text, start, max(start + 1, min(end, film.frame_count))))
        return tuple(found)
    raise InvalidInput(
        f"{len(lines)} lines; expected one for each of the film's {len(cues)} cues"
        + (f", or for each of its {len(said)} spoken lines" if said else "")
    )


def captions_of(spoken: Sequence[Spoken], film: Timeline) -> tuple[Caption, ...]:
    """The captions of a film: broken as they are written where that fits, else anew, else parted.

    What is too long for one cue is shown in parts, each for its share of the time.
    """
    rules = rules_for(film.caption_style, film.size)
    captions: list[Caption] = []
    for item in spoken:
        for text, lines, start, end in _parts(item, rules):
            words = _words(text, end - start) if film.caption_style is not _PLAIN else ()
            captions.append(
                Caption(
                    f"c{len(captions) + 1}",
                    start,
                    end - start,
                    lines,
                    words,
                    Place.TOP if item.is_top else Place.BOTTOM,
                )
            )
    return tuple(captions)


_PLAIN = CaptionStyle.CAPTION


def _parts(item: Spoken, rules: CueRules) -> list[tuple[str, tuple[str, ...], int, int]]:
    """(text, lines, first frame, one after the last) of what is shown one after the other."""
    if item.lines and not rules.is_lockup and _fits(item.lines, rules):
        return [(item.text, item.lines, item.start_frame, item.end_frame)]
    words = item.text.split()
    for count in range(1, len(words) + 1):
        texts = _shared(words, count)
        broken = [lines_of(text.split(), rules) for text in texts]
        if count == len(words) or all(_fits(lines, rules) for lines in broken):
            break
    frames, total = item.end_frame - item.start_frame, sum(map(len, texts))
    edges, seen = [item.start_frame], 0
    for text in texts:
        seen += len(text)
        edges.append(item.start_frame + max(len(edges), frames * seen // total))
    return [
        (text, lines, start, end)
        for text, lines, start, end in zip(texts, broken, edges, edges[1:], strict=False)
    ]


def _fits(lines: Sequence[str], rules: CueRules) -> bool:
    few = len(lines) <= rules.lines
    return few and all(len(line) <= rules.characters for line in lines)


def _shared(words: Sequence[str], count: int) -> list[str]:
    """Words in so many parts of about as many characters."""
    total = sum(len(word) + 1 for word in words)
    parts: list[list[str]] = [[] for _ in range(count)]
    seen = 0.0
    for word in words:
        middle = seen + (len(word) + 1) / 2
        parts[min(count - 1, int(middle / total * count))].append(word)
        seen += len(word) + 1
    return [" ".join(part) for part in parts if part]


def _words(text: str, frames: int) -> tuple[CueWord, ...]:
    """Words with a share of a cue's frames each; nobody knows better when they are said."""
    words, total, seen = text.split(), len(text.replace(" ", "")), 0
    found = []
    for word in words:
        start = frames * seen // total
        seen += len(word)
        found.append(CueWord(word, start, max(start + 1, frames * seen // total)))
    return tuple(found)
