"""What is asked of the encoders of a model family: one condition, from references, for a grid.

A request names components (an autoencoder, a text encoder), not checkpoints: all that share a
component share its conditions. It holds what decides the output and nothing of the shot that asks,
so that one prompt or one picture is encoded once for all shots, seeds and films.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from shared.brief import MediaKind
from shared.digest import Digest


class DType(StrEnum):
    """The numbers that a component computes in, or that a condition is kept in."""

    BFLOAT16 = "bfloat16"
    FLOAT32 = "float32"


class Fit(StrEnum):
    """How a picture of another aspect comes to the size that is denoised.

    CROP takes the largest middle part, STRETCH distorts, PAD shows all of it on grey (outpainting
    fills the margin).
    """

    CROP = "crop"
    STRETCH = "stretch"
    PAD = "pad"


@dataclass(frozen=True, slots=True)
class Geometry:
    """Size in pixels, number of frames and their rate, as the denoiser works."""

    VERSION: ClassVar[int] = 1

    width: int
    height: int
    frames: int
    frame_rate: Fraction


@dataclass(frozen=True, slots=True)
class Source:
    """A reference to encode: a text, a picture, or a video from `start_seconds` on."""

    VERSION: ClassVar[int] = 1

    reference: Digest
    kind: MediaKind = MediaKind.TEXT
    start_seconds: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class FamilyEncodeRequest:
    """Turn references into one condition of a model family; the result is its manifest.

    | encoder | sources | what it uses |
    |---|---|---|
    | wan.text | text | `token_length` |
    | wan.clip | first[, last] picture: one batch | |
    | wan.i2v | first[, last] picture | `geometry`, `fit`; one frame: the picture alone |
    | wan.vace | [video[, mask]] | `geometry`, `fit`, `keep_frames` |
    | wan.reference | picture | `geometry` |
    | wan.video | video | `geometry`, `fit` |
    | ltx2.text | text | `token_length`, `padding_side` |
    | ltx2.frames | picture, or video of `geometry.frames` | `geometry`, `crf` |

    `dtype` is the denoiser's, in which the condition is kept; `compute` is what the components
    work in. `keep_frames` first frames of the video are kept and the rest is to be made (0: all of
    it is control).
    """

    VERSION: ClassVar[int] = 1

    encoder: str
    components: tuple[str, ...]
    sources: tuple[Source, ...]
    dtype: DType
    compute: DType
    geometry: Geometry | None = None
    fit: Fit | None = None
    token_length: int | None = None
    padding_side: str | None = None
    crf: int | None = None
    keep_frames: int | None = None

    @property
    def family(self) -> str:
        """The family's name: "wan" of "wan.text"."""
        return self.encoder.partition(".")[0]

    @property
    def pictures(self) -> tuple[Digest, ...]:
        """The references that show something, and could show somebody."""
        return tuple(
            source.reference for source in self.sources if source.kind is not MediaKind.TEXT
        )
