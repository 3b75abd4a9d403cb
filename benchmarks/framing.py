"""Framing: faces kept whole in four aspects, how smoothly a following camera moves, what it costs.

Faces are looked for in every sixth part of a second of the source, far more often than the plan
looks, and stand where the planned crop has them. Beside it: the crop around the middle. A walking
face is a packaged photo that passes through the frame, so its place is known. Jitter is measured in
finished frames of a texture, by least squares over the whole picture, against the analytic path.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from examples.media import demo_references
from services.encoder.faces import find_faces
from services.encoder.image import encode_image
from services.encoder.samples import encode_clip_faces
from services.encoder.video import encode_video
from services.gateway.aspects import Aspect
from services.gateway.framing_report import framing_document
from services.gateway.material import Material, Photo, Stretch, split_clip
from services.gateway.reframe import reframe
from services.generator.footage.follow import Follow
from services.generator.footage.viewing import View
from shared.brief import MediaKind, Reference, Size
from shared.clip_samples import ClipFaces
from shared.digest import Digest
from shared.media.color import Planes
from shared.media.photo import load_photo
from shared.media.video import VideoReader
from shared.observation import ImageStyle, VideoMotion
from shared.recognition import Faces
from shared.requests import Delivery, Quality, RenderRequest
from shared.shot import Fit, Footage, Framing, Grade, Move, Shot, Waypoint
from shared.timeline import Timeline

_LOOK_SECONDS = Fraction(1, 6)
_SHOT_FRAMES, _RATE = 60, Fraction(30)
_FILM = Size(1920, 1080)
_FRAMES = 90


def table() -> str:
    """The tables in Markdown."""
    with TemporaryDirectory() as folder:
        items = list(_items(Path(folder)))
        rows = [_faces_row(aspect, items) for aspect in Aspect]
    return "\n".join(
        [
            "## Framing",
            "",
            "Looks at faces with the face wholly in the frame, in shots of 2 s over all packaged "
            "media with faces and a face that walks through the picture:",
            "",
            "| aspect | looks | planned | crop of the middle | shots that follow | over a fill |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            *_jitter_rows(),
            "",
            *_cost_rows(),
            "",
        ]
    )


Item = tuple[Stretch | Photo, Stretch | Photo]


def _items(folder: Path) -> Iterator[Item]:
    """Everything with a face: as planned with, and with the faces of every look."""
    for reference in demo_references():
        name = reference.handle.removeprefix("@")
        if reference.kind == "image":
            photo = _photo(name, reference.path)
            if photo.faces is not None and len(photo.faces.boxes):
                yield photo, photo
        else:
            yield from _stretches(name, reference.path)
    walk = folder / "walk.mp4"
    _write_walk(walk, next(r.path for r in demo_references() if r.handle == "@astronaut"))
    yield from _stretches("walk", walk)


def _photo(name: str, path: Path) -> Photo:
    blob = Digest.of_bytes(name.encode())
    values, tensors = encode_image(path, lambda _: None)
    style = ImageStyle(**values, **tensors)  # type: ignore[arg-type]
    found = find_faces(load_photo(path, max_side=640))
    faces = Faces(found.boxes, found.landmarks, found.scores)
    return Photo(Reference(name, MediaKind.IMAGE, blob), style, faces)


def _stretches(name: str, path: Path) -> Iterator[Item]:
    reference = Reference(name, MediaKind.VIDEO, Digest.of_bytes(name.encode()))
    values, tensors = encode_video(path, lambda _: None)
    rest = {key: value for key, value in values.items() if key != "time_base"}
    motion = VideoMotion(time_base=Fraction(str(values["time_base"])), **rest, **tensors)  # type: ignore[arg-type]
    said, looked = encode_clip_faces(path, lambda _: None)
    planned = ClipFaces(time_base=Fraction(str(said["time_base"])), **looked)
    if not (planned.boxes[:, 3] > 0).any():
        return
    dense = _dense_faces(path, motion.duration_seconds)
    for stretch in split_clip(reference, motion):
        yield replace(stretch, faces=planned), replace(stretch, faces=dense)


def _dense_faces(path: Path, seconds: float) -> ClipFaces:
    times = [k * _LOOK_SECONDS for k in range(int(seconds / _LOOK_SECONDS))]
    boxes = np.zeros((len(times), 4), np.float32)
    with VideoReader(path) as reader:
        scale = min(1.0, 640 / max(reader.width, reader.height))
        size = round(reader.width * scale / 2) * 2, round(reader.height * scale / 2) * 2
        for index, frame in enumerate(reader.frames_at(times)):
            found = find_faces(frame.rgb(*size))
            if len(found.boxes):
                boxes[index] = found.boxes[0]
    counts = (boxes[:, 3] > 0).astype(np.int64)
    return ClipFaces(_LOOK_SECONDS, np.arange(len(times), dtype=np.int64), counts, boxes)


def _write_walk(path: Path, photo: Path) -> None:
    """A portrait that passes from left to right over a gray ground in 4 s, with rests."""
    portrait = np.asarray(load_photo(photo, max_side=300))
    height, width = portrait.shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(30))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 960, 540, "yuv420p"
        for index in range(120):
            share = min(1.0, max(0.0, (index - 15) / 90))
            left = round((960 - width) * share**2 * (3 - 2 * share))
            picture = np.full((540, 960, 3), 96, np.uint8)
            picture[120 : 120 + height, left : left + width] = portrait
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _faces_row(aspect: Aspect, items: list[Item]) -> str:
    size = aspect.size(_FILM)
    looks = whole = middle = follows = fills = shots = 0
    for planned, dense in items:
        for shot in _shots(planned):
            film = Timeline(_FILM, _RATE, (shot,), None, None, Digest.of_bytes(b"cuts"), 0, 2)
            seen, true = _material(planned), _material(dense)
            made = reframe(film, size, seen)
            document = framing_document(made, true)
            plain = replace(made, shots=(replace(shot, framing=Framing(), move=Move()),))
            looks += document["faces"]
            whole += document["faces_whole"]
            middle += framing_document(plain, true)["faces_whole"]
            shots += 1
            follows += document["shots"][0]["follows"]
            fills += document["shots"][0]["fit"] == "fill"
    return (
        f"| {aspect} | {looks} | {whole / looks:.1%} | {middle / looks:.1%} "
        f"| {follows} of {shots} | {fills} of {shots} |"
    )


def _shots(item: Stretch | Photo) -> Iterator[Shot]:
    reference = item.reference
    if isinstance(item, Photo):
        yield Shot("s1", _SHOT_FRAMES, Footage(reference.handle, reference.blob, MediaKind.IMAGE))
        return
    length = _SHOT_FRAMES / _RATE
    start = item.start_seconds
    while start + length <= item.end_seconds or start == item.start_seconds:
        footage = Footage(reference.handle, reference.blob, MediaKind.VIDEO, start)
        frames = min(_SHOT_FRAMES, int((item.end_seconds - start) * _RATE))
        if frames > 1:
            yield Shot("s1", frames, footage)
        start += length


def _material(item: Stretch | Photo) -> Material:
    return Material((item,), ()) if isinstance(item, Stretch) else Material((), (item,))


def _jitter_rows() -> list[str]:
    source = _texture(1280, 720)
    way = tuple(Waypoint(Fraction(k), x, 0.5) for k, x in enumerate((0.25, 0.45, 0.6, 0.75)))
    view = View.of(_request(Framing(follow=way)), (1280, 720))
    times = [Fraction(index, 30) for index in range(_FRAMES)]
    shown = [view.show(source, rect).y for rect in view.rects(None, times)]
    seconds = np.array([float(moment) for moment in times])
    scale = view.size.width / view.camera.smallest_width
    true = np.diff(Follow.of(way).at(seconds)[:, 0]) * 1280 * scale
    pairs = zip(pairwise(shown), true, strict=True)
    measured = np.array([_shift(*frames, guess) for frames, guess in pairs])
    off = np.diff(measured - true)
    return [
        f"A following camera over {_FRAMES} frames at {view.size}: velocity jitter against the "
        f"analytic path {np.sqrt((off**2).mean()):.4f} px/frame² (rms), "
        f"{np.abs(off).max():.4f} at most; {int((measured < -1e-3).sum())} backward steps.",
    ]


def _cost_rows() -> list[str]:
    source = _texture(1920, 1080)
    way = (Waypoint(Fraction(0), 0.3, 0.5), Waypoint(Fraction(3), 0.7, 0.5))
    kinds = {
        "plain crop": Framing(),
        "following": Framing(follow=way),
        "over a fill": Framing(fit=Fit.FILL),
        "over a fill, close": Framing(zoom=1.8, fit=Fit.FILL),
    }
    size = Size(1080, 1920)
    costs = {name: _cost(framing, source, size) for name, framing in kinds.items()}
    plain = costs["plain crop"]
    return [
        f"Framing one 1080p frame for {size}, CPU: "
        + ", ".join(f"{name} {ms:.1f} ms ({ms / plain:.1f}x)" for name, ms in costs.items())
        + ". Decoding and encoding are not in it.",
    ]


def _cost(framing: Framing, source: Planes, size: Size) -> float:
    """CPU milliseconds a frame; every frame is another picture, as of a clip."""
    view = View.of(_request(framing, size), (source.width, source.height))
    rects = view.rects(None, [Fraction(index, 30) for index in range(_FRAMES)])
    pictures = [Planes(source.y.copy(), source.u, source.v) for _ in range(2)]
    started = time.process_time()
    for index, rect in enumerate(rects):
        view.show(pictures[index % 2], rect)
    return 1000 * (time.process_time() - started) / len(rects)


def _request(framing: Framing, size: Size = Size(540, 960)) -> RenderRequest:  # noqa: B008
    return RenderRequest(
        Digest.of_bytes(b"source"), MediaKind.VIDEO, Fraction(0), Fraction(1), _FRAMES, framing,
        Move(), Grade(), (), Delivery(size, _RATE, Quality.FINAL),
    )  # fmt: skip


def _texture(width: int, height: int) -> Planes:
    random = np.random.default_rng(5)
    noise = cv2.GaussianBlur(random.normal(0, 1, (height, width)), (0, 0), 2.5)
    luma = np.clip(126 + noise / noise.std() * 40, 16, 235).astype(np.uint8)
    chroma = np.full((height // 2, width // 2), 128, np.uint8)
    return Planes(luma, chroma, chroma)


def _shift(one: NDArray[np.uint8], other: NDArray[np.uint8], guess: float) -> float:
    """How far the camera went right from one frame to the next, in pixels, near `guess`.

    The second is moved back by `guess` exactly, as a Fourier series, and least squares find the
    rest. Interpolating instead would add an error of its own, as large as what is looked for.
    """
    first, second = one.astype(np.float64), other.astype(np.float64)
    turns = np.exp(-2j * np.pi * np.fft.fftfreq(second.shape[1]) * guess)
    back = np.real(np.fft.ifft(np.fft.fft(second, axis=1) * turns, axis=1))
    inner = slice(64, -64)
    slope = np.gradient(first, axis=1)[inner, inner]
    rest = (back - first)[inner, inner]
    return guess + float((slope * rest).sum() / (slope**2).sum())
