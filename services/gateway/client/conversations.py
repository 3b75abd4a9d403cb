"""What can be said to the API, each as a conversation (see `calls.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from services.gateway.client.calls import Call, Conversation, get, post
from services.gateway.client.results import (
    Approval,
    Delivery,
    Edit,
    Film,
    Job,
    Reference,
    Revision,
    result_of,
)

_PAGE = 200


def reference(id_: str) -> Conversation[Reference]:
    """One reference, by its id or "@handle"."""
    return result_of(Reference, (yield get(f"/v1/references/{_part(id_)}")).json())


def references() -> Conversation[tuple[Reference, ...]]:
    """All references, the newest first."""
    items = yield from _all("/v1/references")
    return tuple(result_of(Reference, item) for item in items)


def delete_reference(id_: str) -> Conversation[None]:
    """Delete a reference; gone already is as good."""
    yield Call("DELETE", f"/v1/references/{_part(id_)}", accepts=(404,))


def estimate(brief: Mapping[str, Any]) -> Conversation[Mapping[str, Any]]:
    """What a film of a brief may cost."""
    document: Mapping[str, Any] = (yield post("/v1/estimates", {"brief": dict(brief)})).json()
    return document


def create_film(
    brief: Mapping[str, Any],
    name: str,
    draft: bool,
    metadata: Mapping[str, str],
    key: str | None,
) -> Conversation[Film]:
    """Ask for a film of a brief; `job` of the result makes it."""
    body = {"brief": dict(brief), "name": name, "draft": draft, "metadata": dict(metadata)}
    document = (yield post("/v1/films", body, key)).json()
    return result_of(Film, document["film"], job=document["job"])


def film(id_: str) -> Conversation[Film]:
    """One film."""
    return result_of(Film, (yield get(f"/v1/films/{_part(id_)}")).json())


def films() -> Conversation[tuple[Film, ...]]:
    """All films, the newest first."""
    return tuple(result_of(Film, item) for item in (yield from _all("/v1/films")))


def delete_film(id_: str) -> Conversation[None]:
    """Delete a film; gone already is as good."""
    yield Call("DELETE", f"/v1/films/{_part(id_)}", accepts=(404,))


def job(id_: str) -> Conversation[Job]:
    """One job."""
    return result_of(Job, (yield get(f"/v1/jobs/{_part(id_)}")).json())


def cancel(id_: str) -> Conversation[Job]:
    """Stop a job."""
    return result_of(Job, (yield Call("POST", f"/v1/jobs/{_part(id_)}/cancel")).json())


def revision(film_id: str, name: str) -> Conversation[Revision]:
    """A revision by its id, its number or "head"."""
    return result_of(Revision, (yield get(_revision(film_id, name))).json())


def revisions(film_id: str) -> Conversation[tuple[Revision, ...]]:
    """A film's revisions, the newest first."""
    items = yield from _all(f"/v1/films/{_part(film_id)}/revisions")
    return tuple(result_of(Revision, item) for item in items)


def deliveries(film_id: str, name: str) -> Conversation[tuple[Delivery, ...]]:
    """What can be handed over of a revision."""
    answer = yield get(f"/v1/films/{_part(film_id)}/deliveries", revision=name)
    return tuple(result_of(Delivery, item) for item in answer.json()["items"])


def report(film_id: str, name: str) -> Conversation[Mapping[str, Any]]:
    """report.json of a revision."""
    document: Mapping[str, Any] = (yield get(f"{_revision(film_id, name)}/files/report")).json()
    return document


def compare(film_id: str, before: str, after: str) -> Conversation[Mapping[str, Any]]:
    """What is different between two revisions."""
    path = f"/v1/films/{_part(film_id)}/compare"
    document: Mapping[str, Any] = (yield get(path, before=before, after=after)).json()
    return document


def edit(
    film_id: str,
    what: str | Sequence[Mapping[str, Any]],
    parent: str | None,
    branch: str,
    dry_run: bool,
    key: str | None,
) -> Conversation[Edit]:
    """Edit a film in words (text) or by operations (a list)."""
    body: dict[str, Any] = {"branch": branch, "dry_run": dry_run}
    if isinstance(what, str):
        body["instructions"] = what
    else:
        body["operations"] = [dict(item) for item in what]
    if parent is not None:
        body["parent"] = parent
    answer = yield post(f"/v1/films/{_part(film_id)}/edits", body, key)
    return result_of(Edit, answer.json())


def approve(film_id: str, name: str, by: str) -> Conversation[Approval]:
    """Approve a revision, which locks its shots."""
    answer = yield post(f"{_revision(film_id, name)}/approve", {"by": by})
    return result_of(Approval, answer.json())


def restore(film_id: str, name: str) -> Conversation[Revision]:
    """Make an earlier revision the latest again."""
    answer = yield post(f"/v1/films/{_part(film_id)}/restore", {"revision": name})
    return result_of(Revision, answer.json())


def link(film_id: str, name: str, filename: str, seconds: int) -> Conversation[str]:
    """A path that opens a file without a key for some seconds."""
    path = f"{_revision(film_id, name)}/files/{_part(filename)}/links"
    return str((yield post(path, {"seconds": seconds})).json()["url"])


def cut_down(film_id: str, name: str, seconds: float, key: str | None) -> Conversation[Film]:
    """Ask for a shorter film of a revision; `job` of the result makes it."""
    answer = yield post(f"{_revision(film_id, name)}/cutdowns", {"seconds": seconds}, key)
    document = answer.json()
    return result_of(Film, document["film"], job=document["job"])


def export(film_id: str, name: str, formats: Sequence[str]) -> Conversation[tuple[str, str]]:
    """Ask for a hand-over; the job that makes it, and the path of its zip."""
    answer = yield post(f"{_revision(film_id, name)}/exports", {"formats": list(formats)})
    return answer.json()["job"], answer.json()["url"]


def _all(path: str) -> Conversation[list[Any]]:
    items: list[Any] = []
    cursor: str | None = None
    while True:
        page = (yield get(path, limit=_PAGE, cursor=cursor)).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def _revision(film_id: str, name: str) -> str:
    return f"/v1/films/{_part(film_id)}/revisions/{_part(name)}"


def _part(text: str) -> str:
    """A part of a path: whatever is in it stays in it."""
    return quote(text, safe="@") if text not in (".", "..") else "%2E" * len(text)
