"""How loud a sound is, and keeping its peaks below a ceiling: ITU-R BS.1770-4 by libavfilter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log10
from typing import TYPE_CHECKING

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.media.audio import Samples

Floats = NDArray[np.float64]

_LAYOUTS = {1: "mono", 2: "stereo"}
# ebur128 reports each 100 ms; a shorter rest would not be counted.
_REPORT_SAMPLES = SAMPLE_RATE_HZ // 10
_SILENT_LUFS = -70.0
_OVERSAMPLING = 4
_REACH_SAMPLES = SAMPLE_RATE_HZ // 75  # 13 ms, three of them to either side


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS, gated, and true peak in dBTP; None for silence."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None


def measure_loudness(samples: Samples) -> Loudness:
    """Loudness of float32 [num_samples, 1 or 2] at 48 kHz, 1.0 being full scale (EBU Tech 3341)."""
    found: dict[str, str] = {}
    chain = [("ebur128", "peak=true:metadata=1:framelog=quiet")]
    for frame in _filtered(samples, chain, padding=-len(samples) % _REPORT_SAMPLES):
        found = dict(frame.metadata) or found
    lufs = float(found.get("lavfi.r128.I", _SILENT_LUFS))
    peak = float(found.get("lavfi.r128.true_peak", 0.0))
    return Loudness(
        None if lufs <= _SILENT_LUFS else round(lufs, 3),
        None if peak <= 0.0 else round(20 * log10(peak), 3),
    )


def limit_true_peak(samples: Samples, ceiling_dbtp: float) -> Samples:
    """The same sound turned down where peaks, those between samples too, exceed a ceiling.

    `samples` is float32 [num_samples, 1 or 2] at 48 kHz, of any level; the result has its shape
    and is not delayed. Away from such peaks it is the sound itself, bit by bit. The gain begins
    to fall 40 ms before a peak and is back 40 ms after it, smoothly.
    """
    limit = 10 ** (ceiling_dbtp / 20)
    peaks = _peaks_between(samples)
    if peaks.max(initial=0.0) <= limit:
        return samples.copy()
    needed = np.minimum(1.0, limit / np.maximum(peaks, 1e-9))
    held = _lowest_around(needed, 2 * _REACH_SAMPLES)
    kernel = np.hanning(2 * _REACH_SAMPLES + 3)[1:-1]
    padded = np.pad(held, _REACH_SAMPLES, mode="edge")
    # By transform: the window is long. What it leaves of 1.0 is rounded off.
    gain = np.minimum(1.0, _convolved(padded, kernel / kernel.sum()) + 1e-9)
    gain[_lowest_around(held, _REACH_SAMPLES) >= 1.0] = 1.0
    return np.asarray(samples * gain.astype(np.float32)[:, None])


def _peaks_between(samples: Samples) -> Floats:
    """The loudest of all channels from each sample up to the next, at four times the rate."""
    found: Floats = np.abs(samples).max(axis=1).astype(np.float64)
    chain = [("aresample", str(_OVERSAMPLING * SAMPLE_RATE_HZ)), ("aformat", "sample_fmts=flt")]
    channels = samples.shape[1]
    at = 0
    for frame in _filtered(samples, chain):
        levels = np.abs(frame.to_ndarray().reshape(-1, channels)).max(axis=1)
        # Whole groups of four at a time would need a rest to be carried along.
        places = np.arange(at, at + len(levels)) // _OVERSAMPLING
        at += len(levels)
        inside = places < len(found)
        np.maximum.at(found, places[inside], levels[inside])
    return found


def _lowest_around(values: Floats, reach: int) -> Floats:
    """The lowest of all values within `reach` of each."""
    lowest = np.pad(values, reach, constant_values=1.0)
    width, total = 1, 2 * reach + 1
    while 2 * width <= total:
        lowest = np.minimum(lowest[:-width], lowest[width:])
        width *= 2
    if total > width:
        lowest = np.minimum(lowest[: len(lowest) - (total - width)], lowest[total - width :])
    return lowest


def _convolved(values: Floats, kernel: Floats) -> Floats:
    """The values, which are longer by the kernel less one, weighted: those that it fits into."""
    size = 1 << (len(values) + len(kernel)).bit_length()
    product = np.fft.rfft(values, size) * np.fft.rfft(kernel, size)
    return np.asarray(np.fft.irfft(product, size)[len(kernel) - 1 : len(values)], np.float64)


def _filtered(
    samples: Samples, chain: Sequence[tuple[str, str]], padding: int = 0
) -> Iterator[av.AudioFrame]:
    """Frames that come out of a chain of libavfilter's filters, `padding` zeros at the end."""
    layout = _LAYOUTS[samples.shape[1]]
    graph = Graph()
    source = graph.add_abuffer(
        format="flt",
        sample_rate=SAMPLE_RATE_HZ,
        layout=layout,
        time_base=Fraction(1, SAMPLE_RATE_HZ),
    )
    last = source
    for name, options in [*chain, ("abuffersink", "")]:
        following = graph.add(name, options) if options else graph.add(name)
        last.link_to(following)
        last = following
    graph.configure()
    starts = range(0, len(samples), SAMPLE_RATE_HZ)
    parts = [(start, samples[start : start + SAMPLE_RATE_HZ]) for start in starts]
    if padding:
        parts.append((len(samples), np.zeros((padding, samples.shape[1]), np.float32)))
    for start, part in parts:
        packed = np.ascontiguousarray(part, dtype=np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        frame.pts = start
        graph.push(frame)
        yield from _waiting(graph)
    graph.push(None)
    yield from _waiting(graph)


def _waiting(graph: Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, av.AudioFrame)
        yield frame
