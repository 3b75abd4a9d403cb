"""What names shots is done first, then pacing, then what the whole film shares."""

from __future__ import annotations

from services.gateway.direction.order import in_order


def test_the_order_of_one_breath() -> None:
    given: list[dict[str, object]] = [
        {"op": "adjust_grade", "warmth": 0.2},
        {"op": "set_pacing", "pacing": "driving", "section": "chorus"},
        {"op": "lock", "shot": "a"},
        {"op": "set_pacing", "pacing": "calm"},
        {"op": "set_grade", "shot": "b", "warmth": 0.1},
        {"op": "remove", "shot": "c"},
    ]
    ordered = in_order(given)
    assert [item["op"] for item in ordered] == [
        "lock",
        "set_grade",
        "remove",
        "set_pacing",
        "set_pacing",
        "adjust_grade",
    ]
    assert "section" not in ordered[3]
    assert ordered[3]["keep"] == ordered[4]["keep"] == ["b"]


def test_without_pacing_nothing_is_added() -> None:
    given = [{"op": "set_grade", "shot": "b", "warmth": 0.1}]
    assert list(in_order(given)) == given


def test_a_look_of_the_whole_film_comes_after_pacing() -> None:
    pacing = {"op": "set_pacing", "pacing": "calm"}
    assert [d["op"] for d in in_order([{"op": "set_look", "look": "none"}, pacing])] == [
        "set_pacing",
        "set_look",
    ]


def test_what_is_said_twice_of_a_lock_is_done_once_but_not_after_its_opposite() -> None:
    lock, unlock = {"op": "lock", "shot": "a"}, {"op": "unlock", "shot": "a"}
    assert list(in_order([lock, lock])) == [lock]
    assert list(in_order([lock, unlock, lock])) == [lock, unlock, lock]
