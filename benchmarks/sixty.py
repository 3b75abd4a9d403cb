"""The list that all tools make a film of: 30 s at 1080p30, 60 cuts, half clips and half photos.

A clip's shot is a window, cropped by a tenth and scaled back to 1080p. A photo's is its 16:9 part
with a slow zoom from 1 to 1.08. Every shot is half a second and no two are alike, so no store can
answer one with another.
"""

from __future__ import annotations

import atexit
import json
import random
import shutil
import tempfile
import wave
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.footage import (
    CLIP_SECONDS,
    HEIGHT,
    PHOTO_SIZE,
    RATE,
    WIDTH,
    write_clips,
    write_photos,
)
from examples.song import write_song

NUM_SHOTS, FRAMES = 60, 15
ZOOM = 1.08
_CROP = 10  # a tenth of a clip's sides is cut away
_SEED = 60


@cache
def sixty() -> Path:
    """A folder with the sources and `list.json`, made once a run and removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="onbeat-sixty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    clips, photos = write_clips(folder), write_photos(folder)
    document = {
        "width": WIDTH,
        "height": HEIGHT,
        "rate": RATE,
        "zoom": ZOOM,
        "song": str(_write_long_song(folder)),
        "shots": _shots(clips, photos),
    }
    (folder / "list.json").write_text(json.dumps(document))
    return folder


def _shots(clips: tuple[Path, ...], photos: tuple[Path, ...]) -> list[dict[str, Any]]:
    """Clips and photos in turn; `start` is a frame, `crop` is left, top, width, height."""
    seeded = random.Random(_SEED)
    windows = [
        (clip, start)
        for clip in clips
        for start in seeded.sample(range(CLIP_SECONDS * RATE - FRAMES), k=8)
    ]
    seeded.shuffle(windows)
    shots = []
    for index in range(NUM_SHOTS // 2):
        clip, start = windows[index]
        shots.append(_shot(clip, "video", start, _clip_crop(seeded)))
        shots.append(_shot(photos[index % len(photos)], "image", 0, _photo_crop(index)))
    return shots


def _shot(path: Path, kind: str, start: int, crop: list[int]) -> dict[str, Any]:
    return {"path": str(path), "kind": kind, "start": start, "frames": FRAMES, "crop": crop}


def _clip_crop(seeded: random.Random) -> list[int]:
    width, height = WIDTH * (_CROP - 1) // _CROP, HEIGHT * (_CROP - 1) // _CROP
    left, top = seeded.randrange(0, WIDTH - width, 2), seeded.randrange(0, HEIGHT - height, 2)
    return [left, top, width, height]


def _photo_crop(index: int) -> list[int]:
    width, height = PHOTO_SIZE[0], PHOTO_SIZE[0] * HEIGHT // WIDTH
    return [0, (PHOTO_SIZE[1] - height) * index // NUM_SHOTS // 2 * 2, width, height]


def _write_long_song(folder: Path) -> Path:
    """The demo's song, played on until the film ends."""
    write_song(folder / "song.wav")
    with wave.open(str(folder / "song.wav")) as source:
        layout = source.getparams()
        data = np.frombuffer(source.readframes(layout.nframes), np.uint8)
    frame_bytes = layout.nchannels * layout.sampwidth
    wanted = layout.framerate * NUM_SHOTS * FRAMES // RATE * frame_bytes
    path = folder / "long-song.wav"
    with wave.open(str(path), "wb") as target:
        target.setparams(layout)
        target.writeframes(np.resize(data, wanted).tobytes())
    return path
