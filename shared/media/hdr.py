"""High dynamic range to standard: HLG and PQ pictures as BT.709 would have shot them.

One 3D table per curve, made here from the standards' formulas and applied by libavfilter at about
40 ms a 1080p frame. swscale can do the same, but takes 5 s to set up and 340 ms a frame.
"""

from __future__ import annotations

import tempfile
from functools import cache

import av
import numpy as np
from av.filter import Graph
from av.video.reformatter import ColorRange, Colorspace, ColorTrc
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_NODES = 33
# BT.2408: diffuse white in HDR. It becomes 94 % of SDR white, and highlights share the rest.
_WHITE_NITS = 203.0
_KNEE = 0.6
_HLG_PEAK_NITS, _HLG_SYSTEM_GAMMA = 1000.0, 1.2
_PQ_PEAK_NITS = 10_000.0
_DISPLAY_GAMMA = 2.4
_BT2020_LUMA = np.array([0.2627, 0.6780, 0.0593])
_BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)


def is_hdr(frame: av.VideoFrame) -> bool:
    """Whether a frame is coded with the HLG or PQ curve."""
    return frame.color_trc in (ColorTrc.ARIB_STD_B67, ColorTrc.SMPTE2084)


class SdrMapper:
    """Maps HDR frames of one file to SDR; keeps a filter graph for each size that it has seen."""

    def __init__(self) -> None:
        self._graphs: dict[tuple[int, int, str, int], Graph] = {}

    def map(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame as yuv420p, BT.709 limited range, in its own size."""
        key = (frame.width, frame.height, frame.format.name, int(frame.color_trc))
        if key not in self._graphs:
            self._graphs[key] = _build(*key)
        graph = self._graphs[key]
        frame.colorspace, frame.color_range = Colorspace.BT2020, ColorRange.MPEG
        graph.vpush(frame)
        return graph.vpull()


def _build(width: int, height: int, pixels: str, curve: int) -> Graph:
    graph = Graph()
    graph.threads = 1
    with tempfile.NamedTemporaryFile("w", suffix=".cube") as file:
        file.write(_cube(curve))
        file.flush()
        # The table is read when its filter is added, so the file need not stay.
        filters = [
            graph.add(
                "buffer",
                f"video_size={width}x{height}:pix_fmt={pixels}:time_base=1/1000:pixel_aspect=1/1"
                ":colorspace=bt2020nc:range=tv",
            ),
            graph.add("scale", "in_color_matrix=bt2020:in_range=tv:flags=bicubic+accurate_rnd"),
            graph.add("format", "gbrp10le"),
            graph.add("lut3d", f"file={file.name}:interp=tetrahedral"),
            graph.add("scale", "out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd"),
            graph.add("format", "yuv420p"),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*filters).configure()
    return graph


@cache
def _cube(curve: int) -> str:
    axis = np.linspace(0, 1, _NODES)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    signal = np.stack([red, green, blue], -1).reshape(-1, 3)  # red runs fastest in the file
    rows = "\n".join("{:.6f} {:.6f} {:.6f}".format(*row) for row in sdr_of(signal, curve))
    return f"LUT_3D_SIZE {_NODES}\n{rows}\n"


def sdr_of(signal: FloatArray, curve: int) -> FloatArray:
    """BT.709 R'G'B' for BT.2020 R'G'B' of a curve (`ColorTrc`); both [..., 3] in 0..1."""
    nits = _hlg_nits(signal) if curve == ColorTrc.ARIB_STD_B67 else _pq_nits(signal)
    linear = np.maximum(nits / _WHITE_NITS @ _BT2020_TO_BT709.T, 0)
    brightest = linear.max(-1, keepdims=True)
    # All three channels are scaled alike, so highlights keep their hue.
    shown = linear * (_roll_off(brightest) / np.maximum(brightest, 1e-9))
    return np.asarray(np.clip(shown, 0, 1) ** (1 / _DISPLAY_GAMMA))


def _roll_off(level: FloatArray) -> FloatArray:
    over = np.maximum(level - _KNEE, 0) / (1 - _KNEE)
    return np.where(level <= _KNEE, level, _KNEE + (1 - _KNEE) * (1 - np.exp(-over)))


def _hlg_nits(signal: FloatArray) -> FloatArray:
    """BT.2100 HLG: inverse OETF, then the OOTF of a 1000 cd/m2 display."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luma = np.maximum(scene @ _BT2020_LUMA, 1e-9)[..., None]
    return np.asarray(_HLG_PEAK_NITS * luma ** (_HLG_SYSTEM_GAMMA - 1) * scene)


def _pq_nits(signal: FloatArray) -> FloatArray:
    """SMPTE ST 2084 EOTF."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    root = signal ** (1 / m2)
    return np.asarray(_PQ_PEAK_NITS * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1))
