"""`assemble`: segments and a soundtrack become a film by stream copy."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from shared.actions import Backend, Context, environment_of
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput, ModelFailure
from shared.media.segment import Segment
from shared.requests import AssembleRequest

_AVCC_VERSION = 1  # first byte of the decoder configuration that MP4 needs


def backend(request: AssembleRequest) -> Backend:
    """Who assembles; raises `InvalidInput` for a film without segments."""
    if not request.segments:
        raise InvalidInput("a film needs at least one segment; got none")
    return Backend("assemble/mp4", 1, environment_of("av"))


def perform(request: AssembleRequest, context: Context) -> Digest:
    """Write the film; the result is an MP4.

    Raises `ModelFailure`, naming the segment, when one does not join to the others.
    """
    from shared.media.mux import mux_film

    soundtrack = None
    if request.soundtrack is not None:
        soundtrack = _read_soundtrack(request.soundtrack, context.blobs)
    frame_count = sum(_count_frames(digest, context.blobs) for digest in request.segments)
    with tempfile.TemporaryDirectory(prefix="onbeat-film-") as folder:
        path = Path(folder) / "film.mp4"
        segments = _joinable(request, context.blobs, context.progress)
        mux_film(path, segments, soundtrack, request.frame_rate, frame_count)
        return context.blobs.put_file(path)


def _count_frames(digest: Digest, blobs: BlobStore) -> int:
    with blobs.open(digest) as stream:
        return Segment.count_packets(stream)


def _read(digest: Digest, blobs: BlobStore) -> Segment:
    with blobs.open(digest) as stream:
        return Segment.from_bytes(stream.read())


def _read_soundtrack(digest: Digest, blobs: BlobStore) -> Segment:
    soundtrack = _read(digest, blobs)
    if soundtrack.codec != "aac" or not soundtrack.packets:
        raise ModelFailure(
            f"soundtrack {digest.short} holds {len(soundtrack.packets)} packets of "
            f"{soundtrack.codec}; expected aac"
        )
    return soundtrack


def _joinable(
    request: AssembleRequest, blobs: BlobStore, progress: Callable[[float], None]
) -> Iterator[Segment]:
    """The segments in order, read one at a time, each checked against the first."""
    first: Segment | None = None
    for index, digest in enumerate(request.segments):
        segment = _read(digest, blobs)
        first = first or segment
        fault = _fault_alone(segment, request) or _fault_beside(segment, first)
        if fault:
            raise ModelFailure(
                f"segment {index + 1} of {len(request.segments)} ({digest.short}) does not join: "
                f"{fault}"
            )
        yield segment
        progress((index + 1) / len(request.segments))


def _fault_alone(segment: Segment, request: AssembleRequest) -> str | None:
    packets = segment.packets
    if segment.codec != "h264" or segment.extradata[:1] != bytes([_AVCC_VERSION]):
        return f"found {segment.codec}, expected h264 with an avcC record and sized packets"
    if segment.time_base * request.frame_rate != 1:
        return f"its time base is {segment.time_base}, expected {1 / request.frame_rate}"
    if not packets or not packets[0].is_key:
        return "it does not begin with a key frame"
    if sorted(packet.pts for packet in packets) != list(range(len(packets))):
        return f"its times are not 0 to {len(packets) - 1}"
    delay = packets[0].dts
    # Equal steps keep decoding times increasing across every join.
    if any(p.dts != index + delay or p.dts > p.pts for index, p in enumerate(packets)):
        return "its decoding times are not equally spaced before its presentation times"
    return None


def _fault_beside(segment: Segment, first: Segment) -> str | None:
    size, expected = (segment.width, segment.height), (first.width, first.height)
    if size != expected:
        return f"it is {size[0]}x{size[1]}, the first is {expected[0]}x{expected[1]}"
    if segment.extradata != first.extradata:
        return "its decoder configuration (extradata) differs from the first segment's"
    if segment.packets[0].dts != first.packets[0].dts:
        return f"it is delayed by {-segment.packets[0].dts}, the first by {-first.packets[0].dts}"
    return None
