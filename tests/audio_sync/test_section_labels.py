from __future__ import annotations

from services.audio_sync.section_labels import BUILD_GROUP, section_labels

NEVER = [False] * 9


def labels(groups: list[int], energies: list[float], drops: list[bool] | None = None) -> list[str]:
    count = len(groups)
    return section_labels(groups, [8] * count, energies, (drops or NEVER)[:count])


def test_the_loudest_that_repeats_is_the_chorus() -> None:
    found = labels([0, 1, 2, 1, 2, 3], [0.5, 0.7, 0.85, 0.7, 0.85, 0.5])
    assert found == ["intro", "verse", "chorus", "verse", "chorus", "outro"]


def test_it_is_the_drop_if_it_drops() -> None:
    drops = [False, False, True, False, False, True]
    found = labels([0, 1, 2, 3, BUILD_GROUP, 2], [0.5, 0.7, 0.85, 0.6, 0.7, 0.85], drops)
    assert found == ["intro", "A", "drop", "B", "build", "drop"]


def test_letters_if_nothing_is_clear() -> None:
    assert labels([0, 1, 0, 1], [0.8, 0.81, 0.8, 0.81]) == ["A", "B", "A", "B"]
    assert labels([0], [0.8]) == ["A"]
    assert labels([0, 1, 2], [0.8, 0.8, 0.8]) == ["A", "B", "C"]


def test_what_begins_and_ends_a_song_keeps_one_label() -> None:
    found = labels([0, 1, 2, 1, 2, 0], [0.5, 0.7, 0.85, 0.7, 0.85, 0.5])
    assert found[0] == found[-1] == "A"


def test_more_groups_than_letters() -> None:
    groups = list(range(30))
    found = section_labels(groups, [4] * 30, [0.8] * 30, [False] * 30)
    assert len(set(found)) == 30
