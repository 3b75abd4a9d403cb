"""Blobs are counted by who wrote them."""

from __future__ import annotations

from shared.digest import Digest
from shared.reachable import Graph, read_results
from shared.tally import DOCUMENT, REFERENCE, Tally, kinds_of, total_of
from tests.shared.stored import small_store


def test_a_blob_is_what_its_writer_is() -> None:
    with small_store() as store:
        timeline = store.film(b"one")
        film = store.film_of(timeline)
        kinds = kinds_of(Graph(store.blobs, read_results(store.database)), store.films)
        assert kinds[film.timeline] == kinds[film.build] == DOCUMENT
        assert kinds[timeline.shots[0].source.blob] == REFERENCE
        assert kinds[Digest.of_bytes(b"segment of one")] == "render"
        assert kinds[Digest.of_bytes(b"measure of one")] == "measure"
        assert kinds[Digest.of_bytes(b"tensors")] == "encode"
        assert timeline.cut_plan not in kinds  # nobody here planned it


def test_totals_add_up() -> None:
    one, other = Tally(), Tally(results_gone=2)
    one.keep(5, is_needed=True)
    one.keep(7, is_needed=False)
    other.drop(11)
    assert total_of([one, other]) == Tally(2, 12, 1, 7, 1, 11, 2)
