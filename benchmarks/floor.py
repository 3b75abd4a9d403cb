"""The least that any tool must do: decode the list's source frames, encode the film's frames.

    python -m benchmarks.floor LIST.json FILM.mp4

prints CPU seconds of both, one thread each: a clip from the key frame before its window, a photo
at full size, and x264 veryfast crf 19 over a finished film's frames (decoding those is not
counted).
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
from PIL import Image


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


def encode_seconds(film: Path) -> float:
    """CPU seconds to encode a finished film's frames."""
    spent = 0.0
    with av.open(os.devnull, "w", format="null") as sink:
        stream: av.VideoStream | None = None
        for frame in _frames(film):
            if stream is None:
                stream = _encoder(sink, frame)
            started = time.process_time()
            for packet in stream.encode(frame):
                sink.mux(packet)
            spent += time.process_time() - started
        assert stream is not None
        started = time.process_time()
        stream.encode(None)
        spent += time.process_time() - started
    return spent


def _frames(film: Path) -> Iterator[av.VideoFrame]:
    with av.open(str(film)) as source:
        source.streams.video[0].thread_count = 1
        for index, frame in enumerate(source.decode(video=0)):
            frame.pict_type = av.video.frame.PictureType.NONE
            frame.pts = index
            yield frame


def _encoder(sink: av.container.OutputContainer, first: av.VideoFrame) -> av.VideoStream:
    stream = sink.add_stream("libx264", rate=30)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv420p"
    stream.options = {"preset": "veryfast", "crf": "19"}
    stream.codec_context.thread_count = 1
    return stream


def main() -> None:
    """Measure and print."""
    list_path, film_path = map(Path, sys.argv[1:])
    film = json.loads(list_path.read_text())
    print(json.dumps({"decode": decode_seconds(film), "encode": encode_seconds(film_path)}))


if __name__ == "__main__":
    main()
