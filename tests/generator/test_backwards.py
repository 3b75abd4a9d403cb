from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from services.generator.footage.backwards import backwards
from shared.brief import Size
from shared.media.color import Planes
from tests.shared.media.painting import gray_planes


def test_pictures_come_in_reverse_from_parts_that_go_forwards() -> None:
    asked: list[list[int]] = []

    def show(moments: Sequence[int]) -> Iterator[Planes]:
        asked.append(list(moments))
        for moment in moments:
            yield gray_planes(np.full((2, 2), moment, np.uint8))

    # Of 4096 x 4096 only two pictures are held at once.
    seen = [int(p.y[0, 0]) for p in backwards([9, 7, 5, 3, 1], show, Size(4096, 4096))]
    assert seen == [9, 7, 5, 3, 1]
    assert asked == [[7, 9], [3, 5], [1]]
