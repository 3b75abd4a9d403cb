"""captions.srt and captions.vtt: the film's cues as files, in its own time. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shared.captions import Caption, Place
from shared.timeline import Timeline
from shared.timing import round_half_up

SRT, VTT = "captions.srt", "captions.vtt"
SUBTITLE_FILES = (SRT, VTT)
_TOP_CUE = " line:8%"


def subtitle_files(timeline: Timeline) -> dict[str, str]:
    """The files that go beside a film, by name; none if they are not asked for."""
    if not timeline.caption_delivery.has_files:
        return {}
    captions, rate = timeline.captions, timeline.frame_rate
    return {SRT: to_srt(captions, rate), VTT: to_vtt(captions, rate)}


def to_srt(captions: Sequence[Caption], frame_rate: Fraction) -> str:
    """SubRip: numbered cues, times with a comma, lines as they are."""
    return "\n".join(
        f"{number}\n{_times(caption, frame_rate, ',')}\n" + "\n".join(caption.lines) + "\n"
        for number, caption in enumerate(captions, start=1)
    )


def to_vtt(captions: Sequence[Caption], frame_rate: Fraction) -> str:
    """WebVTT; a cue that stands at the top says so, and its words say when they are spoken."""
    cues = [
        f"{caption.id}\n{_times(caption, frame_rate, '.')}{_settings(caption)}\n"
        + "\n".join(_vtt_lines(caption, frame_rate))
        + "\n"
        for caption in captions
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _vtt_lines(caption: Caption, frame_rate: Fraction) -> list[str]:
    """Lines with the time of each word after the first, where words are timed."""
    words = iter(caption.words)
    if [word.text for word in caption.words] != caption.text.split():
        return [_escaped(line) for line in caption.lines]
    lines, before = [], 0
    for line in caption.lines:
        parts = []
        for text in line.split():
            word = next(words)
            stamp = ""
            # Times inside a cue must rise, and lie inside it.
            if before < word.start_frame < caption.frames:
                frame, before = caption.start_frame + word.start_frame, word.start_frame
                stamp = f"<{_time(frame, frame_rate, '.')}>"
            parts.append(stamp + _escaped(text))
        lines.append(" ".join(parts))
    return lines


def _settings(caption: Caption) -> str:
    return _TOP_CUE if caption.place is Place.TOP else ""


def _times(caption: Caption, frame_rate: Fraction, point: str) -> str:
    frames = caption.start_frame, caption.end_frame
    return " --> ".join(_time(frame, frame_rate, point) for frame in frames)


def _time(frame: int, frame_rate: Fraction, point: str) -> str:
    milliseconds = round_half_up(Fraction(frame) / frame_rate * 1000)
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{rest:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
