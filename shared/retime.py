"""The request that gives a clip another frame rate, and what is told of how well that went."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from shared.digest import Digest


@dataclass(frozen=True, slots=True)
class RetimeRequest:
    """`frames` frames of `clip` at `frame_rate`, those between its own made by optical flow.

    Times stay what they are: frame n shows n / `frame_rate`, beyond the clip's last frame that one.
    """

    VERSION: ClassVar[int] = 1

    clip: Digest
    frame_rate: Fraction
    frames: int


@dataclass(frozen=True, slots=True)
class Retiming:
    """How the frames of a retimed clip came about.

    `num_kept` are the clip's own, `num_between` were made by flow, `num_nearest` were not, because
    the flow was in doubt for too much of the picture. `doubtful_share` is the mean share, 0..1,
    and `worst_share` the largest share of a made frame's pixels that only one neighbour or none
    could give: uncovered, or moved beyond what the flow follows. There artefacts may be seen.
    """

    num_kept: int
    num_between: int
    num_nearest: int
    doubtful_share: float
    worst_share: float
