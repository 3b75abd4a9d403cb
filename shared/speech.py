"""What a packaged voice said: its sound, and when each word of the script is heard in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.digest import Digest
from shared.sync_map import SpokenText


@dataclass(frozen=True, slots=True)
class Speech:
    """A text as spoken: `audio` is a WAV of `num_samples` samples at 48 kHz.

    `words` are the text's own, in order, spelled as written; their samples count from the start
    of the audio. They are the voice's own durations, not heard in its sound, to 25 ms.
    """

    VERSION: ClassVar[int] = 1

    audio: Digest
    num_samples: int
    words: tuple[SpokenText, ...]
