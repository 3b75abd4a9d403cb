"""Interlaced frames made progressive: both fields of a frame are moments, a shot needs one.

By libavfilter's bwdif (BBC R&D's w3fdif with the motion checks of yadif): the first field is kept,
the lines between are filled from its neighbours in time and space. Frames keep their number and
times. Progressive frames in between are left as they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from fractions import Fraction

import av
from av.filter import Graph

_Decoded = tuple[int, av.VideoFrame]


def deinterlaced(frames: Iterator[_Decoded]) -> Iterator[_Decoded]:
    """The same frames with their times, made progressive where they say that they are not.

    A frame comes out one frame later, for the next one is looked at as well.
    """
    graph: Graph | None = None
    times: deque[int] = deque()
    shape = None
    for time, frame in frames:
        if shape != (found := (frame.width, frame.height, frame.format.name)):
            if graph is not None:  # a stream that changes its size begins anew
                yield from _drained(graph, times)
            graph, shape = _build(frame), found
        assert graph is not None
        times.append(time)
        frame.pts = time
        graph.vpush(frame)
        yield from _ready(graph, times)
    if graph is not None:
        yield from _drained(graph, times)


def _build(frame: av.VideoFrame) -> Graph:
    graph = Graph()
    graph.threads = 1
    colours = f":colorspace={int(frame.colorspace)}:range={int(frame.color_range)}"
    base = frame.time_base or Fraction(1, 1000)
    filters = [
        graph.add(
            "buffer",
            f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}"
            f":time_base={base.numerator}/{base.denominator}:pixel_aspect=1/1" + colours,
        ),
        graph.add("bwdif", "mode=send_frame:parity=auto:deint=interlaced"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*filters).configure()
    return graph


def _ready(graph: Graph, times: deque[int]) -> Iterator[_Decoded]:
    while times:
        try:
            frame = graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield times.popleft(), frame


def _drained(graph: Graph, times: deque[int]) -> Iterator[_Decoded]:
    graph.vpush(None)
    yield from _ready(graph, times)
