"""Finding a cut in a film by the hashes of its frames."""

from __future__ import annotations

from collections.abc import Sequence

SEARCH_FRAMES = 12
_CONTEXT_FRAMES = 24


def find_cut(
    film: Sequence[str], outgoing: Sequence[str], incoming: Sequence[str], planned_frame: int
) -> int | None:
    """The film frame where `incoming` begins right after `outgoing` ends.

    All are frame hashes. Looks 12 frames to either side of the plan. Where both shots meet in
    equal frames, the join is where fewest of the frames around it are out of their places. Returns
    None if the shots do not meet there, or if two places fit equally well.
    """
    first = max(1, planned_frame - SEARCH_FRAMES)
    last = min(len(film) - 1, planned_frame + SEARCH_FRAMES)
    places = [
        frame
        for frame in range(first, last + 1)
        if film[frame] == incoming[0] and film[frame - 1] == outgoing[-1]
    ]
    if len(places) < 2:
        return places[0] if places else None
    strangers = [_count_strangers(film, outgoing, incoming, frame) for frame in places]
    fewest = min(strangers)
    return places[strangers.index(fewest)] if strangers.count(fewest) == 1 else None


def _count_strangers(
    film: Sequence[str], outgoing: Sequence[str], incoming: Sequence[str], frame: int
) -> int:
    before = zip(reversed(film[:frame][-_CONTEXT_FRAMES:]), reversed(outgoing), strict=False)
    after = zip(film[frame : frame + _CONTEXT_FRAMES], incoming, strict=False)
    return sum(seen != made for pairs in (before, after) for seen, made in pairs)
