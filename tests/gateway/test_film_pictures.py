"""Which frames have to be decoded, and what the packets say of those that are not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from services.gateway.film_pictures import FilmPictures, MadeClip
from shared.measurement import SegmentMeasure
from shared.media.film import FilmFrame, Wanted
from shared.media.still import luma_text

LUMA = np.full((36, 64), 16, np.uint8)
CLIPS = [
    MadeClip(str(n) * 4, tuple(f"{n}-{frame}" for frame in range(30)), LUMA + 10 * n)
    for n in range(5)
]
PACKETS = [clip.packets_sha256 for clip in CLIPS]
KNOWN: list[float | None] = [0.1, 0.2, 0.3, 0.4]


def pictures(
    packets: list[str],
    known: list[float | None] | None,
    dissolves: tuple[int, ...] = (),
    clips: list[MadeClip] = CLIPS,
) -> FilmPictures:
    return FilmPictures(clips, Fraction(30), packets, dissolves, known)


def wanted(found: FilmPictures) -> str:
    """One letter for each clip: "-" nothing, "f" first frame, "A" all."""
    letters = {Wanted.NOTHING: "-", Wanted.FIRST: "f", Wanted.ALL: "A"}
    return "".join(letters[part] for part in found.wanted)


def frame(number: int, of: str, level: int) -> FilmFrame:
    return FilmFrame(Fraction(number, 30), of, np.full((36, 64), level, np.uint8))


def test_everything_is_decoded_when_all_is_to_be_seen() -> None:
    assert wanted(pictures(PACKETS, None)) == "AAAAA"


def test_of_a_fresh_film_the_frame_after_each_join_is_decoded() -> None:
    assert wanted(pictures(PACKETS, [None] * 4)) == "fffff"


def test_of_a_revision_only_new_joins_are_decoded() -> None:
    assert wanted(pictures(PACKETS, [0.1, None, 0.3, 0.4])) == "f-f--"


def test_a_dissolve_is_decoded_with_its_neighbours() -> None:
    assert wanted(pictures(PACKETS, KNOWN, dissolves=(1,))) == "AAA--"


def test_strange_packets_are_always_decoded_and_their_joins_are_seen_again() -> None:
    found = pictures([*PACKETS[:2], "swapped", *PACKETS[3:]], KNOWN)
    assert wanted(found) == "f-Af-"
    has = [clip.has_expected_packets for clip in found.seen_clips()]
    assert has == [True, True, False, True, True]


def test_a_clip_whose_last_frame_was_not_measured_is_decoded_at_a_new_join() -> None:
    clips = [*CLIPS[:1], MadeClip(PACKETS[1], CLIPS[1].frame_hashes), *CLIPS[2:]]
    assert wanted(pictures(PACKETS, KNOWN, clips=clips)) == "f----"
    assert wanted(pictures(PACKETS, [0.1, None, 0.3, 0.4], clips=clips)) == "fAf--"


def test_the_contrast_is_between_what_was_measured_and_what_is_decoded() -> None:
    found = pictures(PACKETS, [0.1, None, 0.3, 0.4])
    found.add(0, frame(0, "0-0", 16))
    found.add(60, frame(60, "2-0", 26 + 73))
    assert [cut.contrast for cut in found.cuts()] == [0.1, round(73 / 219, 4), 0.3, 0.4]
    assert found.decoded_frames == 2
    assert found.has_exact_times


def test_a_first_frame_that_is_not_the_measured_one_is_no_cut() -> None:
    found = pictures(PACKETS, [None] * 4)
    for clip in range(5):
        found.add(30 * clip, frame(30 * clip, "another" if clip == 2 else f"{clip}-0", 16))
    assert [cut.measured_frame for cut in found.cuts()] == [30, None, 90, 120]
    assert [clip.expected_frames for clip in found.seen_clips()] == [30, 30, 29, 30, 30]


def test_a_frame_at_another_time_is_noticed() -> None:
    found = pictures(PACKETS, [None] * 4)
    found.add(30, frame(31, "1-0", 16))
    assert not found.has_exact_times


@pytest.mark.parametrize("text", [luma_text(LUMA), ""])
def test_a_clip_is_as_it_was_measured(text: str) -> None:
    measure = SegmentMeasure(1, ("a",), (0.0,), (0.0,), (), (), text, "", 0.0, "")
    clip = MadeClip.of("packets", measure)
    assert (clip.packets_sha256, clip.frame_hashes) == ("packets", ("a",))
    found = None if clip.last_luma is None else clip.last_luma.tolist()
    assert found == (LUMA.tolist() if text else None)


def test_packets_that_are_the_expected_ones_stand_for_their_frames() -> None:
    found = pictures(PACKETS, KNOWN)
    assert found.frame_count == 150
    assert found.decoded_frames == 0
    assert [(cut.measured_frame, cut.contrast) for cut in found.cuts()] == [
        (30, 0.1),
        (60, 0.2),
        (90, 0.3),
        (120, 0.4),
    ]
    assert all(clip.expected_frames == 30 for clip in found.seen_clips())


def test_a_film_whose_packets_are_not_there_has_fewer_frames() -> None:
    found = pictures(PACKETS[:4], KNOWN)
    assert wanted(found) == "f---A"
    assert found.frame_count == 120
