"""Documents lead to their digests, results to what they wrote and were made from."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from shared.digest import Digest
from shared.reachable import Graph, digests_in_text, links_of, read_results
from shared.requests import EncodeRequest, MeasureRequest
from tests.shared.stored import SmallStore, reachable_by_hand, small_store


@pytest.fixture
def store() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


def _graph(store: SmallStore) -> Graph:
    return Graph(store.blobs, read_results(store.database))


def test_a_film_reaches_all_it_was_made_from_and_what_was_found_there(store: SmallStore) -> None:
    timeline = store.film(b"one")
    film = store.film_of(timeline)
    reached = _graph(store).reach((film.timeline, film.build), (film.inspection,)).blobs
    assert reached >= reachable_by_hand(store, timeline)
    assert Digest.of_bytes(b"manifest of a clip") in reached
    assert Digest.of_bytes(b"tensors") in reached
    assert Digest.of_bytes(b"measure of one") in reached
    assert reached == {blob.digest for blob in store.blobs.stored()}


def test_other_work_on_the_same_reference_is_not_reached(store: SmallStore) -> None:
    timeline = store.film(b"one")
    film = store.film_of(timeline)
    blob = timeline.shots[0].source.blob
    tried = store.perform(MeasureRequest(blob), b"an experiment")
    reached = _graph(store).reach((film.timeline, film.build)).blobs
    assert blob in reached
    assert tried not in reached


def test_an_observation_of_two_things_needs_both(store: SmallStore) -> None:
    song, script = store.blobs.put(b"song"), store.blobs.put(b"script")
    request = json.dumps({"audio": str(song), "speech": {"script": str(script)}})
    heard = store.perform_text("analyze/music", request, b"words")
    graph = _graph(store)
    assert heard not in graph.reach((), (song,)).blobs
    assert heard in graph.reach((), (song, script)).blobs
    assert graph.reach((), (heard,)).blobs == {heard}
    assert graph.reach((), (heard, song)).blobs == {heard, song, script}


def test_a_take_leads_to_what_it_was_made_from_by_itself(store: SmallStore) -> None:
    words = store.perform_text("encode/wan.text", '{"text": "fog"}', b"embeds of fog")
    latents = store.perform_text("generate/wan", json.dumps({"prompt": str(words)}), b"latents")
    clip = store.perform_text("generate/wan", json.dumps({"latents": str(latents)}), b"clip")
    assert _graph(store).reach((), (clip,)).blobs == {clip, latents, words}


def test_unknown_fields_are_followed_and_media_is_not_opened(store: SmallStore) -> None:
    """A noun of a later version leads on without a change here."""
    deep = store.blobs.put(b"deep")
    inner = store.blobs.put(json.dumps({"new_thing": [{"x": str(deep)}]}).encode())
    odd = store.blobs.put(json.dumps({"x": str(Digest.of_bytes(b"not followed"))}).encode())
    outer = store.blobs.put(
        json.dumps({"later": {"field": str(inner)}, "segment": str(odd)}).encode()
    )
    assert _graph(store).reach((outer,)).blobs == {outer, inner, deep, odd}


def test_equal_results_of_two_films_do_not_tie_them(store: SmallStore) -> None:
    """Neither films' alignments that say "leave it" nor equal tensors lead to other footage."""
    mine, theirs = (store.film(seed, reference=seed + b" clip") for seed in (b"one", b"two"))
    blobs = [timeline.shots[0].source.blob for timeline in (mine, theirs)]
    same = [
        store.perform_text("align_motion/x", json.dumps({"motion": str(blob)}), b"leave it")
        for blob in blobs
    ]
    film = store.film_of(mine)
    reached = _graph(store).reach((film.timeline, film.build), (film.inspection, same[0]))
    assert blobs[0] in reached.blobs
    assert blobs[1] not in reached.blobs
    mine_and_theirs = [row.key in reached.keys for row in read_results(store.database)]
    assert sorted(mine_and_theirs) == [False] * 4 + [True] * 4


def test_documents_in_a_circle_end(store: SmallStore) -> None:
    request = EncodeRequest("image.style", store.blobs.put(b"photo"))
    manifest = store.perform(request, json.dumps({"self": "x"}).encode(), b"t")
    assert manifest in _graph(store).reach((manifest,)).blobs


def test_a_document_that_is_gone_leads_nowhere(store: SmallStore) -> None:
    gone = Digest.of_bytes(b"gone")
    assert _graph(store).reach((gone,)).blobs == {gone}


def test_rows_are_read_with_their_digests_once(store: SmallStore) -> None:
    blob = store.blobs.put(b"photo")
    store.perform(EncodeRequest("image.style", blob), b"m", b"t")
    (row,) = read_results(store.database)
    assert (row.action, row.state, row.inputs) == ("encode", "done", (blob,))
    assert row.written == (Digest.of_bytes(b"m"), Digest.of_bytes(b"t"))
    assert row.attempt == 1


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\x00\xff", b'{"a": "xyz/3"}', b"null"])
def test_what_is_no_document_has_no_links(data: bytes) -> None:
    assert list(links_of(data)) == []


def test_links_have_the_name_of_their_field() -> None:
    one, other = Digest.of_bytes(b"1"), Digest.of_bytes(b"22")
    data = json.dumps({"a": [str(one), {"b": str(other)}], "c": f"not {one}", "d": f"{one}0x"})
    assert list(links_of(data.encode())) == [("a", one), ("b", other)]
    assert digests_in_text(data) == (one, other)
