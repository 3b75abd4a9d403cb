"""What the default encoders find, on material whose truth is known, and what they cost."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.camera_moves import MOVES, moved
from benchmarks.footage import CLIP_SECONDS, RATE, write_clips
from benchmarks.joined import Joined, f_measure, write_joined
from examples.media import demo_references
from shared.camera_motion import CameraMotion, CameraMove
from shared.media.photo import load_photo
from shared.recognition import Labels, TextEmbedding
from shared.similarity import rank_pictures

SIX = ("astronaut", "coffee", "cat", "rocket", "galaxies", "dahlia")
# The weight of a face in `labels.py` was chosen on these; nothing was trained on them.
CAPTIONS = {
    "astronaut": ("a woman in a space suit smiling", "portrait of an astronaut"),
    "coffee": ("a cup of coffee on a table", "espresso in the morning"),
    "cat": ("a cat looking at the camera", "a cute kitten"),
    "rocket": ("a rocket launch", "a rocket taking off at night"),
    "galaxies": ("galaxies in deep space", "stars in the night sky"),
    "dahlia": ("a pink flower in bloom", "close up of a flower"),
    "pagoda": ("a chinese temple", "a pagoda with a curved roof"),
    "arches": ("a row of stone arches", "an old wall"),
    "earth": ("the earth seen from space", "a map of the world"),
}
_SPEEDS = (0.03, 0.1, 0.3)  # mean motion of the picture, frame widths a second
_MEAN_RADIUS = 0.3  # of a picture's points from its middle, in widths


def table() -> str:
    """The encoders' figures as Markdown."""
    with tempfile.TemporaryDirectory(prefix="onbeat-encode-") as name:
        folder = Path(name)
        rows = [
            *_boundaries(folder),
            *_prompts(),
            _cameras(),
            _faces(),
            *_sounds(),
            *_costs(folder),
        ]
    lines = [f"| {what} | {found} | {goal} |" for what, found, goal in rows]
    return "\n".join(["## Encoders\n", "| what | found | goal |", "|---|---|---|", *lines, ""])


def _quiet(_: float) -> None:
    """Nobody watches the progress."""


def _boundaries(folder: Path) -> list[tuple[str, str, str]]:
    from services.encoder.shots import encode_shots
    from services.encoder.video import encode_video

    hard = [write_joined(folder, seed, 24) for seed in range(2)]
    soft = [write_joined(folder, 100, 24, dissolves=True)]
    rows = []
    for title, films in (("hard cuts", hard), ("half dissolves", soft)):
        joins = sum(len(film.starts) - 1 for film in films)
        for name, encode in (("video.motion", encode_video), ("video.shots", encode_shots)):

            def find(
                film: Joined, encode: Callable[..., tuple[object, dict]] = encode
            ) -> list[int]:
                return encode(film.path, _quiet)[1]["shot_starts"].tolist()[1:]

            hits, misses, alarms = np.sum([f_measure(f, find(f)) for f in films], axis=0)
            score = 2 * hits / (2 * hits + misses + alarms)
            goal = "0.9" if title == "hard cuts" else "-"
            found = f"F {score:.3f} ({misses} missed, {alarms} false)"
            rows.append((f"boundaries, {joins} joins, {title}, {name}", found, goal))
    return rows


def _starts(encode: Callable[..., Any], film: Joined) -> list[int]:
    found: list[int] = encode(film.path, _quiet)[1]["shot_starts"].tolist()
    return found[1:]


def _photos() -> dict[str, Path]:
    return {r.handle[1:]: r.path for r in demo_references() if r.kind == "image"}


def _prompts() -> list[tuple[str, str, str]]:
    from services.encoder.labels import encode_labels
    from services.encoder.networks.minilm import load_minilm

    paths = _photos()
    labels = {}
    for name in CAPTIONS:
        values, tensors = encode_labels(paths[name], _quiet)
        labels[name] = Labels(names=tuple(str(values["names"]).split("\n")), **tensors)

    def right(names: Sequence[str], which: Sequence[int]) -> tuple[int, int]:
        good = 0
        for index, name in enumerate(names):
            for caption in which:
                vector = load_minilm().embed([CAPTIONS[name][caption]])[0]
                prompt = TextEmbedding(vector, vector[None])
                good += rank_pictures(prompt, [labels[n] for n in names])[0] == index
        return good, len(names) * len(which)

    rows = []
    for title, names, which, goal in (
        ("six photos, a caption each", SIX, (0,), "5 of 6"),
        (f"{len(CAPTIONS)} photos, two captions each", tuple(CAPTIONS), (0, 1), "-"),
    ):
        good, total = right(names, which)
        rows.append((f"prompt to photo, top 1: {title}", f"{good} of {total}", goal))
    return rows


def _cameras() -> tuple[str, str, str]:
    from services.encoder.camera import CameraMeter, as_tensors

    photos = _photos()
    good, total = 0, 0
    for name, speed, move in itertools.product(
        ("earth", "arches", "pagoda", "coffee", "astronaut"), _SPEEDS, MOVES
    ):
        rgb = load_photo(photos[name], 900)
        meter, rows = CameraMeter(), []
        # A zoom or a roll moves the picture by so much on average, at its edges by more.
        pace = speed if move in _SHIFTS else speed / _MEAN_RADIUS
        for frame in moved(rgb, move, pace, 12):
            step = meter.step(np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)))
            rows.append((step.x, step.y, step.scale, step.turn, step.fit))
        tensors = as_tensors(np.arange(len(rows)), np.array(rows, np.float32), 1 / 30)
        camera = CameraMotion(Fraction(1, 30), **tensors)
        good += camera.move(0, len(rows) - 1) is move
        total += 1
    return "direction of synthetic camera moves", f"{good} of {total} ({good / total:.1%})", "95 %"


_SHIFTS = (CameraMove.PAN_LEFT, CameraMove.PAN_RIGHT, CameraMove.TILT_UP, CameraMove.TILT_DOWN)


def _faces() -> tuple[str, str, str]:
    from services.encoder.faces import encode_faces

    counts = {name: len(encode_faces(p, _quiet)[1]["boxes"]) for name, p in _photos().items()}
    seen = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    empty = sum(not count for count in counts.values())
    return f"faces in {len(counts)} photos", f"{seen}; none in {empty} others", "astronaut 1"


def _sounds() -> list[tuple[str, str, str]]:
    from scipy.signal import resample_poly

    from benchmarks.music.catalogue import pieces
    from benchmarks.music.render import sound_of
    from benchmarks.speech.voice import say
    from services.encoder.music import VOICE_RATE_HZ, music_likelihood
    from services.encoder.sound import hear_voice

    seconds = 20
    music = [
        resample_poly(sound_of(piece).mean(axis=1)[: 48_000 * seconds], 1, 3)
        for piece in pieces()[::3]
    ]
    sentences = (
        "We choose to go to the moon in this decade and do the other things.",
        "Yesterday my grandmother told me a story about a ship that never came home.",
        "Seven sleepy cats watch from the garden wall while the quick brown fox jumps.",
    )
    speech = [
        resample_poly(np.tile(say(text, seed=seed).samples, 3), 2, 3)
        for seed, text in enumerate(sentences)
    ]
    random = np.random.default_rng(0)
    noise = [random.normal(0, level, VOICE_RATE_HZ * seconds) for level in (0.02, 0.1, 0.3)]
    rows = []
    for title, sounds, is_speech, is_music in (
        ("pieces of music", music, False, True),
        ("spoken texts", speech, True, False),
        ("noises", noise, False, False),
    ):
        good = 0
        for sound in sounds:
            mono = np.asarray(sound, np.float32)
            count = max(1, round(len(mono) / VOICE_RATE_HZ))
            voiced = float((hear_voice(mono, count) > 0.5).mean()) >= 0.3
            musical = float((music_likelihood(mono, count) > 0.5).mean()) >= 0.3
            good += (voiced, musical) == (is_speech, is_music)
        rows.append((f"speech or music: {len(sounds)} {title}", f"{good} right", "-"))
    return rows


def _costs(folder: Path) -> list[tuple[str, str, str]]:
    from services.encoder import (
        camera,
        composition,
        faces,
        features,
        image,
        labels,
        shots,
        text,
        video,
    )
    from services.encoder import pictures as key_pictures

    photo = _photos()["coffee"]
    words = folder / "prompt.txt"
    words.write_text("a cup of coffee on a wooden table")
    rows = []
    for name, encode, path in (
        ("text.embedding", text.encode_text, words),
        ("image.style", image.encode_image, photo),
        ("image.faces", faces.encode_faces, photo),
        ("image.features", features.encode_features, photo),
        ("image.labels", labels.encode_labels, photo),
        ("image.composition", composition.encode_composition, photo),
    ):
        encode(path, _quiet)  # once to load what stays in memory
        cost = min(_cpu_seconds(encode, path) for _ in range(5))
        rows.append((f"{name}, warm", f"{1000 * cost:.0f} CPU ms", "-"))
    clips = write_clips(folder)[:2]
    for name, encode, goal in (
        ("video.motion", video.encode_video, "4 times on 2 cores"),
        ("video.camera", camera.encode_camera, "4 times on 2 cores"),
        ("video.shots", shots.encode_shots, "-"),
        ("video.pictures", key_pictures.encode_pictures, "-"),
    ):
        cost = sum(_cpu_seconds(encode, clip) for clip in clips) / len(clips)
        speed = CLIP_SECONDS / cost
        found = (
            f"{1000 * cost / (CLIP_SECONDS * RATE):.1f} CPU ms a frame, {speed:.1f} times real time"
        )
        rows.append((f"{name}, 1080p30, a core", f"{found}; 2 cores {2 * speed:.1f}", goal))
    return rows


def _cpu_seconds(encode: Callable[..., object], path: Path) -> float:
    started = time.process_time()
    encode(path, _quiet)
    return time.process_time() - started
