"""Playing backwards: pictures are decoded forwards, some at a time, and given in reverse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from shared.brief import Size
from shared.media.color import Planes

# Each part is decoded from the key frame before it, so larger parts decode less twice.
_PART_BYTES = 64 << 20
_Moment = TypeVar("_Moment")


def backwards(
    moments: Sequence[_Moment],
    show: Callable[[Sequence[_Moment]], Iterator[Planes]],
    size: Size,
) -> Iterator[Planes]:
    """The pictures of moments that go back in time, in their order.

    `show` gives the pictures of moments that go on in time, each of `size`; at most 64 MiB of them
    (at least two pictures) are held at once.
    """
    count = max(2, _PART_BYTES // (size.width * size.height * 3 // 2))
    for start in range(0, len(moments), count):
        part = moments[start : start + count]
        yield from reversed(list(show(part[::-1])))
