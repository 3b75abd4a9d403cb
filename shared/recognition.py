"""What was recognised in texts, pictures and sounds, typed: views over conditions.

Boxes are x, y, width, height in shares of the upright picture, from the top left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from shared.blobs import BlobStore
from shared.condition import load_condition
from shared.digest import Digest

if TYPE_CHECKING:
    import numpy as np

TEXT_EMBEDDING = "text.embedding"
IMAGE_FACES = "image.faces"
IMAGE_FEATURES = "image.features"
IMAGE_LABELS = "image.labels"
IMAGE_COMPOSITION = "image.composition"
VIDEO_SHOTS = "video.shots"
VIDEO_PICTURES = "video.pictures"
AUDIO_KIND = "audio.kind"


@dataclass(frozen=True, slots=True, eq=False)
class TextEmbedding:
    """A text as unit vectors of MiniLM, to be compared by cosine.

    `embedding` float32 [384] stands for the whole text; `pieces` float32 [P, 384] for stretches
    of at most 256 tokens in order.
    """

    embedding: np.ndarray
    pieces: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> TextEmbedding:
        """Read the condition that the encoder "text.embedding" made."""
        _, tensors = load_condition(blobs, digest, TEXT_EMBEDDING)
        return cls(**tensors)


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Faces in one picture, the largest first.

    `boxes` float32 [F, 4]; `landmarks` float32 [F, 5, 2] are right eye, left eye (the person's
    own), nose, right and left corner of the mouth, in shares; `scores` float32 [F], 0..1.
    """

    boxes: np.ndarray
    landmarks: np.ndarray
    scores: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> Faces:
        """Read the condition that the encoder "image.faces" made."""
        _, tensors = load_condition(blobs, digest, IMAGE_FACES)
        return cls(**tensors)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What EfficientNet-lite0 makes of a picture: `features` float32 [1280], 0 or more.

    `classes` are its most likely ImageNet classes with `probabilities` float32 [K], falling.
    """

    features: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> Features:
        """Read the condition that the encoder "image.features" made."""
        manifest, tensors = load_condition(blobs, digest, IMAGE_FEATURES)
        return cls(classes=_lines(manifest.values["classes"]), **tensors)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """A picture as a mix of names, in the space of `TextEmbedding`; see `shared.similarity`.

    `names` with `weights` float32 [K], falling, sum 1. `embedding` float32 [384] is the mix, less
    `center` float32 [384] which all names have in common, at unit length.
    """

    embedding: np.ndarray
    center: np.ndarray
    weights: np.ndarray
    names: tuple[str, ...]

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> Labels:
        """Read the condition that the encoder "image.labels" made."""
        manifest, tensors = load_condition(blobs, digest, IMAGE_LABELS)
        return cls(names=_lines(manifest.values["names"]), **tensors)


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """How a picture is built.

    `subject` float32 [4] is the box of what stands out. `detail` float32 [3, 3] shares the
    picture's detail among thirds, rows first, sum 1; `calm` float32 [4] is the calmest third-high
    band or corner, where type can stand. `symmetry` 0..1 left to right; `thirds` 0..1 is how near
    the subject is to a point of thirds; `balance` -1 (left) .. 1 (right). `luma`, `contrast` 0..1
    (mean and standard deviation). `horizon_y` 0..1 with `tilt_degrees` (clockwise), None if there
    is none.
    """

    subject: np.ndarray
    detail: np.ndarray
    calm: np.ndarray
    symmetry: float
    thirds: float
    balance: float
    luma: float
    contrast: float
    horizon_y: float | None
    tilt_degrees: float | None

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> Composition:
        """Read the condition that the encoder "image.composition" made."""
        manifest, tensors = load_condition(blobs, digest, IMAGE_COMPOSITION)
        return cls(**manifest.values, **tensors)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class VideoShots:
    """Shots of a video by TransNet V2, dissolves and fades included.

    `pts` int64 [N] in `time_base`, frame 0 is 0. `shot_starts` int64 [S]; `transitions` int64
    [S - 1, 2] are the first and last frame that belong to both neighbours (for a hard cut, the
    last frame before it twice). `likelihood` float32 [N] of a frame to end a shot.
    """

    time_base: Fraction
    pts: np.ndarray
    shot_starts: np.ndarray
    transitions: np.ndarray
    likelihood: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> VideoShots:
        """Read the condition that the encoder "video.shots" made."""
        manifest, tensors = load_condition(blobs, digest, VIDEO_SHOTS)
        return cls(time_base=Fraction(str(manifest.values["time_base"])), **tensors)


@dataclass(frozen=True, slots=True, eq=False)
class ShotPictures:
    """One key frame of each shot, as pictures are seen.

    `shot_starts`, `key_frames` int64 [S] are frame indices, `key_pts` int64 [S] in `time_base`.
    `embeddings` float32 [S, 384] and `center` as in `Labels`, `names` one line a shot;
    `sharpness` float32 [S]; `num_faces` int64 [S], `face_boxes` float32 [S, 4] of the largest
    (zeros without one).
    """

    time_base: Fraction
    shot_starts: np.ndarray
    key_frames: np.ndarray
    key_pts: np.ndarray
    embeddings: np.ndarray
    center: np.ndarray
    sharpness: np.ndarray
    num_faces: np.ndarray
    face_boxes: np.ndarray
    names: tuple[str, ...]

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> ShotPictures:
        """Read the condition that the encoder "video.pictures" made."""
        manifest, tensors = load_condition(blobs, digest, VIDEO_PICTURES)
        time_base = Fraction(str(manifest.values["time_base"]))
        return cls(time_base=time_base, names=_lines(manifest.values["names"]), **tensors)


@dataclass(frozen=True, slots=True, eq=False)
class SoundKind:
    """How loud a sound is and what it is.

    `loudness_lufs` is ITU-R BS.1770-4 integrated, None for silence; `peak_dbfs` the highest
    sample, None for digital silence. `kind` is "silence", "speech", "music", "speech and music"
    or "other"; `speech_share`, `music_share` 0..1 of its length. `momentary_lufs` float32 [M]
    over 0.4 s every 0.1 s (at least -120); `speech`, `music` float32 [W], 0..1, every second.
    """

    duration_seconds: float
    loudness_lufs: float | None
    peak_dbfs: float | None
    kind: str
    speech_share: float
    music_share: float
    momentary_lufs: np.ndarray
    speech: np.ndarray
    music: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> SoundKind:
        """Read the condition that the encoder "audio.kind" made."""
        manifest, tensors = load_condition(blobs, digest, AUDIO_KIND)
        return cls(**manifest.values, **tensors)  # type: ignore[arg-type]


def _lines(value: object) -> tuple[str, ...]:
    return tuple(str(value).split("\n")) if value else ()
