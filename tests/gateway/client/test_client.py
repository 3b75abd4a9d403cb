"""The client against a real server."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from services.gateway.client import AsyncClient, Client
from services.gateway.client.folders import origin_of
from shared.errors import Conflict, InvalidInput, NotFound, Unavailable
from tests.e2e.sources import Sources
from tests.gateway.api.conftest import Server
from tests.gateway.client.conftest import BRIEF, Made


def test_a_film_is_made_and_its_events_are_told_from_first_to_last(made: Made) -> None:
    assert made.job.state == "succeeded"
    assert made.events[0] == "job.queued"
    assert made.events[-1] == "job.succeeded"
    assert "job.progress" in made.events


def test_asked_again_with_the_same_key_it_is_one_film(client: Client, made: Made) -> None:
    again = client.create_film(BRIEF, name="two seconds", key="two-seconds")
    assert (again.id, again.job) == (made.film.id, made.film.job)
    assert made.film.id in [film.id for film in client.films()]


def test_a_film_is_edited_in_words_on_a_branch_and_compared(client: Client, made: Made) -> None:
    film = made.film.id
    seen = client.edit(film, "warmer grade", dry_run=True, branch="warm")
    assert seen.job is None
    assert seen.understood[0]["says"] == ["grade in the whole film by warmth 0.2"]
    assert seen.preview is not None
    assert seen.preview["will_run"] > 0
    edit = client.edit(film, "warmer grade", branch="warm")
    done = client.wait(str(edit.job))
    assert done.result is not None
    revision = client.revision(film, str(done.result["revision"]))
    assert (revision.branch, revision.parent) == ("warm", edit.parent)
    compared = client.compare(film, edit.parent, revision.id)
    assert compared["summary"]["changed"] == len(compared["shots"])


def test_words_that_are_not_understood_are_refused_with_what_was(
    client: Client, made: Made
) -> None:
    seen = client.edit(made.film.id, "warmer grade and make it nicer", dry_run=True)
    assert [wish["said"] for wish in seen.refused] == ["make it nicer"]
    assert seen.refused[0]["nearest"]
    with pytest.raises(InvalidInput, match="nicer") as refused:
        client.edit(made.film.id, "warmer grade and make it nicer")
    assert refused.value.problem["understood"][0]["said"] == "warmer grade"  # type: ignore[attr-defined]


def test_two_edits_of_one_revision_are_a_conflict_with_ways_on(client: Client, made: Made) -> None:
    film = made.film.id
    operations = [{"op": "lock", "shot": "#1"}]
    first = client.edit(film, operations, branch="two")
    with pytest.raises(Conflict) as refused:
        client.edit(film, operations, branch="two")
    assert refused.value.problem["ways_on"]  # type: ignore[attr-defined]
    client.wait(str(first.job))


def test_a_revision_is_downloaded_as_the_folder_that_make_writes(
    client: Client, client_server: Server, made: Made, tmp_path: Path
) -> None:
    out = tmp_path / "film"
    revision = client.download_film(made.film.id, out)
    assert {path.name for path in out.iterdir()} == set(revision.files)
    assert (out / "film.mp4").read_bytes()[4:8] == b"ftyp"
    assert origin_of(out) == {
        "url": client_server.address,
        "film": made.film.id,
        "revision": revision.id,
    }
    sizes = {item.filename: item.size_bytes for item in client.deliveries(made.film.id)}
    assert sizes["film.mp4"] == (out / "film.mp4").stat().st_size
    assert client.report(made.film.id)["size"] == "128x72"
    (out / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInput):
        client.download_film(made.film.id, out)


def test_a_link_opens_a_file_without_a_key(client: Client, made: Made) -> None:
    import httpx

    address = client.link(made.film.id, "poster.jpg", seconds=60)
    assert httpx.get(address, trust_env=False).content[:3] == b"\xff\xd8\xff"


def test_what_fails_is_raised_as_it_was_on_the_server(
    client: Client, client_server: Server
) -> None:
    with pytest.raises(NotFound, match="film_nobody"):
        client.film("film_nobody")
    with pytest.raises(NotFound):
        client.job("../films")
    with pytest.raises(InvalidInput, match="pacing"):
        client.create_film({**BRIEF, "pacing": "sleepy"})
    stranger = Client(client_server.address, "onbeat_wrong")
    with stranger, pytest.raises(InvalidInput, match="key"):
        stranger.films()


def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.client.calls.TRIES", 2)
    nowhere = Client("http://127.0.0.1:1")
    with nowhere, pytest.raises(Unavailable, match=r"127\.0\.0\.1:1"):
        nowhere.films()
    with pytest.raises(InvalidInput, match="expected an address"):
        Client("localhost:8720")


def test_references_are_listed_and_deleted(client: Client, made: Made, files: Sources) -> None:
    extra = client.upload(files.photos[1])
    assert extra.kind == "image"
    assert client.reference("@tall").kind == "image"
    assert extra.id in [item.id for item in client.references()]
    client.delete_reference(extra.id)
    client.delete_reference(extra.id)
    with pytest.raises(NotFound):
        client.reference(extra.id)


def test_both_clients_have_the_same_words() -> None:
    def words(kind: type) -> dict[str, list[str]]:
        found = inspect.getmembers(kind, inspect.isfunction)
        return {
            name: list(inspect.signature(function).parameters)
            for name, function in found
            if not name.startswith("_")
        }

    assert words(Client) == words(AsyncClient)


def test_importing_the_client_loads_nothing_heavy() -> None:
    code = "import sys, services.gateway.client; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "torch", "av", "PIL", "fastapi", "pydantic", "cattrs", "sqlite3"}
