"""Longer and shorter shots, and cuts that move: by overwriting, or with ripple."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ
from tests.gateway.edits.scenes import (
    BEAT_FRAMES,
    FRAMES,
    RATE,
    SONG_SECONDS,
    START_SAMPLE,
    at_the_end,
    changed,
    edited,
    film,
    operation,
    window,
)


def cuts_without(starts: tuple[int, ...], index: int) -> list[int]:
    return [start for place, start in enumerate(starts) if place != index]


@pytest.mark.parametrize(
    ("frames", "side", "cut"), [(7, "end", 3), (-7, "end", 3), (7, "start", 2)]
)
def test_only_the_cut_at_that_side_moves(frames: int, side: str, cut: int) -> None:
    before = film()
    after = edited(before, "extend", shot="#3", frames=frames, side=side)
    assert cuts_without(after.start_frames(), cut) == cuts_without(before.start_frames(), cut)
    moved = frames if side == "end" else -frames
    assert after.start_frames()[cut] == before.start_frames()[cut] + moved
    assert after.shots[2].frames == before.shots[2].frames + frames
    assert set(changed(before, after)) == {shot.id for shot in before.shots[cut - 1 : cut + 1]}
    assert (after.frame_count, after.sound) == (FRAMES, before.sound)


def test_pictures_stay_on_their_film_frames() -> None:
    before = film()
    index = next(
        place
        for place, shot in enumerate(before.shots[1:], start=1)
        if shot.source.kind is MediaKind.VIDEO and shot.source.start_seconds > 1
    )
    for frames in (12, -12):
        after = edited(before, "extend", shot=f"#{index}", frames=frames)
        assert window(after.shots[index])[1] == window(before.shots[index])[1]


def test_a_window_that_would_leave_its_stretch_moves_back() -> None:
    before = at_the_end(edited(film(), "set_speed", shot="#1", speed=2), 0)
    shot = before.shots[0]
    assert shot.source.handle == "still"
    assert window(shot)[1] == 12
    after = edited(before, "extend", shot=shot.id, frames=6)
    assert window(after.shots[0])[1] == 12
    assert after.shots[0].source.start_seconds == shot.source.start_seconds - 12 / RATE


def test_ripple_moves_what_follows_and_the_sound_ends_with_the_film() -> None:
    before = film()
    after = edited(before, "extend", shot="#3", frames=BEAT_FRAMES, ripple=True)
    assert after.start_frames()[:3] == before.start_frames()[:3]
    assert [start - BEAT_FRAMES for start in after.start_frames()[3:]] == list(
        before.start_frames()[3:]
    )
    assert after.frame_count == FRAMES + BEAT_FRAMES
    assert after.sound is not None
    assert after.sound.start_sample == START_SAMPLE
    assert after.sound.length_samples == (FRAMES + BEAT_FRAMES) * SAMPLE_RATE_HZ // 30
    for old, new in zip(before.shots, after.shots, strict=True):
        if old.id != before.shots[2].id:
            assert (old.frames, old.source, old.move) == (new.frames, new.source, new.move)


def test_a_film_does_not_outlast_its_song() -> None:
    left = SONG_SECONDS * 30 - 60 - FRAMES
    photo = next(shot for shot in film().shots if shot.source.kind is MediaKind.IMAGE)
    longest = edited(film(), "extend", shot=photo.id, frames=left, ripple=True)
    assert longest.sound is not None
    assert longest.sound.fade_out_samples == 0
    with pytest.raises(
        InvalidInput, match=rf"{left + 1} frames longer; its song has {left} frames"
    ):
        edited(film(), "extend", shot=photo.id, frames=left + 1, ripple=True)


def test_what_does_not_fit_is_refused_with_figures() -> None:
    before = film()
    with pytest.raises(InvalidInput, match="would have -10 frames; expected at least"):
        edited(before, "extend", shot="#1", frames=before.shots[1].frames + 10)
    with pytest.raises(InvalidInput, match="would have 8 frames; expected at least 9"):
        edited(before, "extend", shot="#1", frames=8 - before.shots[0].frames)
    with pytest.raises(InvalidInput, match="the film's last; expected the other side, or ripple"):
        edited(before, "extend", shot=f"#{len(before.shots)}", frames=5)
    with pytest.raises(InvalidInput, match="the film's first"):
        edited(before, "extend", shot="#1", frames=5, side="start")
    with pytest.raises(InvalidInput, match="frames is 0"):
        operation("extend", shot="#1", frames=0)
    fast = edited(before, "set_speed", shot="#1", speed=4)
    with pytest.raises(InvalidInput, match=r"needs 12\.133 s of @still; .* has 12\.000 s"):
        edited(fast, "extend", shot="#1", frames=1)


def test_a_cut_goes_to_a_frame_or_to_a_beat() -> None:
    before = film()
    start = before.start_frames()[2]
    for fields, wanted in (
        ({"frame": start - 4}, start - 4),
        ({"event": "next_beat"}, start + BEAT_FRAMES),
        ({"event": "previous_beat"}, start - BEAT_FRAMES),
    ):
        after = edited(before, "move_cut", cut="#3", **fields)
        assert after.start_frames()[2] == wanted
        assert cuts_without(after.start_frames(), 2) == cuts_without(before.start_frames(), 2)
    off = edited(before, "move_cut", cut="#3", frame=start - 4)
    assert edited(off, "move_cut", cut="#3", event="next_beat").start_frames()[2] == start
    with pytest.raises(InvalidInput, match=f"is on frame {start} already"):
        edited(before, "move_cut", cut="#3", frame=start)
    with pytest.raises(InvalidInput, match="is the film's first, no cut leads into it"):
        edited(before, "move_cut", cut="#1", frame=9)


def test_without_beats_a_cut_needs_a_frame() -> None:
    silent = replace(film(), sound=None)
    with pytest.raises(InvalidInput, match="no beat was heard after frame"):
        edited(silent, "move_cut", cut="#2", event="next_beat")
