"""What a retimed clip says of itself, in its container's comment, beside its untouched packets."""

from __future__ import annotations

from pathlib import Path

import av

from shared.errors import InvalidInput
from shared.retime import Retiming
from shared.schema import from_json, to_json

_TAG = "comment"


def with_retiming(path: Path, plain: Path, retiming: Retiming) -> None:
    """Write a master again with its retiming; equal ones give equal bytes."""
    with (
        av.open(str(plain)) as source,
        av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as target,
    ):
        target.metadata[_TAG] = to_json(retiming).decode()
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)


def retiming_of(path: Path) -> Retiming | None:
    """How a clip was retimed; None for one that was not."""
    with av.open(str(path)) as container:
        text = container.metadata.get(_TAG, "")
    try:
        return from_json(Retiming, text)
    except InvalidInput:
        return None
