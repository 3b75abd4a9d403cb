"""The timecode and the reel that a file states of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import av
import av.error

_TIMECODE = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}[:;][0-9]{2}")
_REEL = ("reel_name", "com.apple.proapps.reel", "reel")


@dataclass(frozen=True, slots=True)
class SourceTags:
    """The timecode of a file's first frame ("01:02:03:04", ";" for dropped numbers) and its reel.

    None for what the file does not state.
    """

    timecode: str | None
    reel: str | None


def read_source_tags(path: Path) -> SourceTags:
    """What a video states; nothing for a file that cannot be opened as one."""
    try:
        with av.open(str(path)) as container:
            found = [dict(container.metadata), *(dict(s.metadata) for s in container.streams)]
    except (av.error.FFmpegError, OSError, ValueError):
        return SourceTags(None, None)
    timecodes = (tags.get("timecode", "") for tags in found)
    reels = (tags[name] for tags in found for name in _REEL if tags.get(name))
    return SourceTags(
        next((text for text in timecodes if _TIMECODE.fullmatch(text)), None), next(reels, None)
    )
