"""The least that any tool must do: decode the list's source frames, encode the film's frames.

    python -m benchmarks.floor LIST.json BLOBS

prints CPU seconds of both, one thread each: a clip from the key frame before its window, a photo
at full size, and x264 veryfast crf 19 over the film's frames (making those is not counted).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from benchmarks.onbeat_film import timeline_of
from services.gateway.build_plan import delivery_of, resolve
from services.generator.footage.clip import clip_frames
from services.generator.footage.photo import photo_frames
from shared.blobs import FileBlobs
from shared.brief import MediaKind
from shared.media.color import Planes


def decode_seconds(film: dict[str, Any]) -> float:
    """CPU seconds to decode what the shots show."""
    started = time.process_time()
    for shot in film["shots"]:
        if shot["kind"] == "image":
            with Image.open(shot["path"]) as image:
                image.load()
        else:
            _decode_window(shot, film["rate"])
    return time.process_time() - started


def _decode_window(shot: dict[str, Any], rate: int) -> None:
    with av.open(shot["path"]) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        assert stream.time_base is not None
        container.seek(round(shot["start"] / rate / stream.time_base), stream=stream)
        last = (shot["start"] + shot["frames"] - 1) / rate
        for frame in container.decode(stream):
            if frame.time is not None and frame.time > last - 0.5 / rate:
                return


def encode_seconds(film: dict[str, Any], folder: Path) -> float:
    """CPU seconds to encode the film's frames as they are before any encoder has seen them.

    Frames of a finished film would be smoother, and cheaper to encode again.
    """
    spent = 0.0
    with av.open(os.devnull, "w", format="null") as sink:
        stream = _encoder(sink, film)
        for index, planes in enumerate(_rendered(film, folder)):
            frame = _as_frame(planes, index)
            started = time.process_time()
            for packet in stream.encode(frame):
                sink.mux(packet)
            spent += time.process_time() - started
        started = time.process_time()
        for packet in stream.encode(None):
            sink.mux(packet)
    return spent + time.process_time() - started


def _rendered(film: dict[str, Any], folder: Path) -> Iterator[Planes]:
    blobs = FileBlobs(folder)
    timeline = timeline_of(film, blobs)
    for shot in timeline.shots:
        request = resolve(shot, delivery_of(timeline, draft=False))
        frames_of = photo_frames if request.kind is MediaKind.IMAGE else clip_frames
        with blobs.local_path(request.source) as path:
            yield from frames_of(path, request)


def _as_frame(planes: Planes, index: int) -> av.VideoFrame:
    stacked = np.concatenate([plane.reshape(-1) for plane in (planes.y, planes.u, planes.v)])
    height, width = planes.y.shape
    frame = av.VideoFrame.from_ndarray(stacked.reshape(height * 3 // 2, width), format="yuv420p")
    frame.pts = index
    return frame


def _encoder(sink: av.container.OutputContainer, film: dict[str, Any]) -> av.VideoStream:
    stream = sink.add_stream("libx264", rate=film["rate"])
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = film["width"], film["height"], "yuv420p"
    stream.options = {"preset": "veryfast", "crf": "19"}
    stream.codec_context.thread_count = 1
    return stream


def main() -> None:
    """Measure and print."""
    film = json.loads(Path(sys.argv[1]).read_text())
    least = {"decode": decode_seconds(film), "encode": encode_seconds(film, Path(sys.argv[2]))}
    print(json.dumps(least))


if __name__ == "__main__":
    main()
