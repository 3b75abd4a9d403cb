"""Transparent video laid on black, as photos are: what was hidden is not to be seen."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import ColorRange, VideoReformatter


def has_alpha(frame: av.VideoFrame) -> bool:
    """Whether a frame's pixels say how far they cover what is behind them."""
    return any(component.is_alpha for component in frame.format.components)


def on_black(frame: av.VideoFrame, converter: VideoReformatter) -> av.VideoFrame:
    """The frame over black as rgb24, in its own size; colours are taken as not premultiplied."""
    if frame.format.has_palette or frame.format.is_rgb:
        whole = converter.reformat(frame, format="rgba", threads=1)
    else:
        is_full = frame.color_range == ColorRange.JPEG
        whole = converter.reformat(
            frame,
            format="rgba",
            src_colorspace=int(frame.colorspace) if int(frame.colorspace) != 2 else None,
            src_color_range=ColorRange.JPEG if is_full else ColorRange.MPEG,
            threads=1,
        )
    rgba = whole.to_ndarray().astype(np.uint16)
    covered = (rgba[..., :3] * rgba[..., 3:] + 127) // 255
    laid = av.VideoFrame.from_ndarray(covered.astype(np.uint8), format="rgb24")
    laid.pts, laid.time_base = frame.pts, frame.time_base
    return laid
