"""Which clips have to be decoded, and what their packets say when they are not."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.film_pictures import FilmPictures, MadeClip

CLIPS = [MadeClip(str(n) * 4, tuple(f"{n}-{frame}" for frame in range(30))) for n in range(5)]
PACKETS = [clip.packets_sha256 for clip in CLIPS]


def pictures(
    packets: list[str], known: list[float | None] | None, dissolves: tuple[int, ...] = ()
) -> FilmPictures:
    return FilmPictures(CLIPS, Fraction(30), packets, dissolves, known)


def test_everything_is_decoded_when_nothing_is_known() -> None:
    assert all(pictures(PACKETS, None).is_decoded)


def test_clips_beside_a_join_that_was_not_seen_are_decoded() -> None:
    found = pictures(PACKETS, [0.1, None, 0.3, 0.4])
    assert found.is_decoded == (False, True, True, False, False)


def test_a_dissolve_is_decoded_with_its_neighbours() -> None:
    found = pictures(PACKETS, [0.1, 0.2, 0.3, 0.4], dissolves=(1,))
    assert found.is_decoded == (True, True, True, False, False)


def test_strange_packets_are_always_decoded() -> None:
    packets = [*PACKETS[:3], "swapped", PACKETS[4]]
    found = pictures(packets, [0.1, 0.2, 0.3, 0.4])
    assert found.is_decoded == (False, False, False, True, False)
    assert [clip.has_expected_packets for clip in found.seen_clips()] == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_packets_that_are_the_expected_ones_stand_for_their_frames() -> None:
    found = pictures(PACKETS, [0.1, 0.2, 0.3, 0.4])
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
    found = pictures(PACKETS[:4], [0.1, 0.2, 0.3, 0.4])
    assert found.is_decoded[-1]
    assert found.frame_count == 120
