"""What a new shot takes over from the film that it comes into: its style and its look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from shared.shot import Grade, Shot


def film_look(shots: Sequence[Shot]) -> Grade:
    """The style and look that most shots have, without any correction."""
    counts = Counter(shot.grade.for_another_source() for shot in shots)
    return counts.most_common(1)[0][0] if counts else Grade()
