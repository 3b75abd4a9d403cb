"""What the user asks for: references with roles, pacing, size, rate, length, seed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from shared.brand import Brand
from shared.captions import CaptionDelivery, CaptionStyle, TitleWish
from shared.digest import Digest, added
from shared.errors import InvalidInput
from shared.flourish import AccentAmount, TransitionUse
from shared.generate_options import GenerateOptions
from shared.soundtrack import ClipSound, LoudnessPreset

_HANDLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
MAX_LEAD_FRAMES = 3  # an eighth of a second at 24 frames; more is a cut off the beat
MIN_SIDE_PIXELS, MAX_SIDE_PIXELS = 64, 4096


class MediaKind(StrEnum):
    """What a reference is made of."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Role(StrEnum):
    """What a reference is for; without one, pictures are cut as `source`."""

    SUBJECT = "subject"
    STYLE = "style"
    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    MOTION = "motion"
    CAMERA = "camera"
    RHYTHM = "rhythm"
    VOICE = "voice"
    LOGO = "logo"
    PRODUCT = "product"
    PERFORMANCE = "performance"
    TALK = "talk"
    SOURCE = "source"


class Pacing(StrEnum):
    """How fast the film is cut, from 4-16 beats a shot (calm) to 1/2-2 (frantic)."""

    CALM = "calm"
    STEADY = "steady"
    DRIVING = "driving"
    FRANTIC = "frantic"


class CutsOn(StrEnum):
    """What a film is cut on; `AUTO` takes beats, then what is heard where there are none."""

    AUTO = "auto"
    BEATS = "beats"
    DOWNBEATS = "downbeats"
    PHRASES = "phrases"
    SECTIONS = "sections"
    ONSETS = "onsets"
    WORDS = "words"
    SENTENCES = "sentences"


class SourceChoice(StrEnum):
    """Where a film's pictures come from; `AUTO` is footage, or drawn where there is none."""

    AUTO = "auto"
    FOOTAGE = "footage"
    PROCEDURAL = "procedural"
    GENERATE = "generate"


class GradeMode(StrEnum):
    """Whether shots are graded by themselves: matched to each other, and to a style reference."""

    AUTO = "auto"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, both even, 64 to 4096."""

    width: int
    height: int

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if side % 2 or not MIN_SIDE_PIXELS <= side <= MAX_SIDE_PIXELS:
                raise InvalidInput(
                    f"size {self.width}x{self.height} cannot be delivered; "
                    f"expected even sides of {MIN_SIDE_PIXELS} to {MAX_SIDE_PIXELS} pixels"
                )

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @classmethod
    def parse(cls, text: str) -> Size:
        """Read "1280x720"; raises `InvalidInput` for anything else."""
        match = re.fullmatch(r"\s*(\d{1,5})\s*[xX]\s*(\d{1,5})\s*", text)
        if match is None:
            raise InvalidInput(f"size {text!r} is not WIDTHxHEIGHT; expected for example 1280x720")
        return cls(int(match[1]), int(match[2]))


DEFAULT_SIZE = Size(1920, 1080)


@dataclass(frozen=True, slots=True)
class Reference:
    """An upload with its handle, kind and roles; `path` says where it came from (commentary).

    `input_lut` is a table in the .cube format that brings log footage to BT.709.
    """

    handle: str
    kind: MediaKind
    blob: Digest
    roles: tuple[Role, ...] = ()
    path: str | None = field(default=None, compare=False)
    input_lut: Digest | None = added(None)

    def __post_init__(self) -> None:
        if not _HANDLE.fullmatch(self.handle):
            raise InvalidInput(
                f"handle {self.handle!r} is not usable; expected a letter, then up to 63 letters, "
                "digits, '_' or '-'"
            )


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """How words are heard: recognised, or aligned to a `script` (UTF-8 text) that is given.

    `language` None lets the recogniser say; `model` names the recogniser's weights.
    """

    script: Digest | None = None
    language: str | None = None
    model: str = "whisper-base"


@dataclass(frozen=True, slots=True)
class Narration:
    """A `script` (UTF-8 text, a line at a time) that a packaged `voice` says over the film."""

    script: Digest
    voice: str = "heart"


@dataclass(frozen=True, slots=True)
class EffectWish:
    """A sound effect wished for at so many seconds of the film; `gain_db` as in `Effect`."""

    audio: Digest
    seconds: Fraction
    gain_db: float = 0.0
    path: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that `plan` needs.

    `duration_seconds` None means the whole song; `seed` is any non-negative integer and decides
    between casts that are equally good. `cuts_on` says which events are cut on; a cut comes
    `lead_frames` (0 to `MAX_LEAD_FRAMES`) before its event. `speech` None asks for no words.
    `music_edit` brings the song to the duration by joining whole bars, instead of playing a
    window of it. `captions` are made of the words; `brand` None is type in its default look.
    `prompt` says in words what to show, `section_prompts` the same for sections by their label.
    `voice` is laid over the song; the whole is brought to what `loudness` names. `clip_sound` is
    how much of the clips' own sound is heard; what `say` says is spoken over the song. `look` is a
    table in the .cube format for every shot; `grade` says whether shots are graded by themselves.
    `source` says where pictures come from, `generate` which shots a model makes.
    `accents` strike the picture on beats; `transitions` are where the music gives a reason.
    """

    VERSION: ClassVar[int] = 2

    song: Reference | None
    references: tuple[Reference, ...]
    pacing: Pacing = Pacing.STEADY
    size: Size = DEFAULT_SIZE
    frame_rate: Fraction = Fraction(30)
    duration_seconds: Fraction | None = None
    seed: int = 0
    cuts_on: CutsOn = CutsOn.AUTO
    lead_frames: int = 0
    speech: SpeechOptions | None = None
    music_edit: bool = False
    captions: CaptionDelivery = CaptionDelivery.OFF
    caption_style: CaptionStyle = CaptionStyle.CAPTION
    titles: tuple[TitleWish, ...] = ()
    brand: Brand | None = None
    prompt: str | None = None
    section_prompts: tuple[tuple[str, str], ...] = ()
    loudness: LoudnessPreset = LoudnessPreset.AS_MASTERED
    voice: Reference | None = None
    clip_sound: ClipSound = added(ClipSound.OFF)
    say: Narration | None = added(None)
    effects: tuple[EffectWish, ...] = added(())
    stems: bool = added(False)
    look: Digest | None = added(None)
    grade: GradeMode = added(GradeMode.AUTO)
    accents: AccentAmount = added(AccentAmount.SUBTLE)
    source: SourceChoice = added(SourceChoice.AUTO)
    transitions: TransitionUse = added(TransitionUse.MUSICAL)
    generate: GenerateOptions | None = added(None)
