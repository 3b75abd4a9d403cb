"""Requests of all kinds, aimed at things that are there: with real ids, and nearly right bodies."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.result import Ok

from services.gateway.api.films.comments import Anchor
from services.gateway.api.films.revisions import MAIN, NewRevision, add_revision
from services.gateway.api.services import Services, open_services
from shared.settings import Settings
from tests.gateway.api.conftest import MadeFilm
from tests.gateway.api.films.rows import film_row

# How often a request that came too soon is sent again.
_WAITS = 20
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
# Where a schema has no example of its own, or one that leads no further than the first check.
_GRADE = {"op": "set_grade", "shot": "#1", "warmth": 0.4}
_BODIES: Mapping[str, list[dict[str, Any]]] = {
    "/v1/films/{film}/edits": [
        {"operations": [_GRADE], "dry_run": True},
        {"operations": [_GRADE], "parent": "1", "branch": "fuzz"},
        {"instructions": "make shot 1 warmer", "dry_run": True},
    ],
    "/v1/films/{film}/revisions/{revision}/approve": [{"by": "Ada Moe"}],
    "/v1/films/{film}/restore": [{"revision": "1"}],
    "/v1/films/{film}/revisions/{revision}/files/{name}/links": [{"seconds": 60}],
    "/v1/films/{film}/comments": [
        {"author": "Ada", "text": "longer", "film_frame": 3, "revision": "1"},
        {"author": "Ada", "text": "longer", "shot": "#1", "source_frame": 3, "revision": "1"},
    ],
    "/v1/references/presigned/{upload}/complete": [{"sha256": "0" * 64}],
    "/v1/videos": [{"prompt": "a red ball", "seconds": "4", "size": "720x1280"}],
    "/v1/videos/edits": [{"prompt": "warmer", "video": {"id": "{video}"}}],
    "/v1/videos/extensions": [{"prompt": "and on", "seconds": "4", "video": {"id": "{video}"}}],
    "/v1/videos/{video}/remix": [{"prompt": "warmer grade"}],
}
# A preview on a machine that has much else to do.
_PATIENCE_SECONDS = 120.0
_QUERIES = {"before": "1", "after": "head", "revision": "head", "variant": "thumbnail"}


@dataclass
class Targets:
    """What a tenant has: ids by the name that a path gives them."""

    ids: dict[str, list[str]] = field(default_factory=dict)

    def aim(self, case: Case[Any], chance: random.Random) -> None:
        """Let a request ask for what is there, three times of four."""
        for name in list(case.path_parameters or {}):
            if chance.random() < 0.75 and (known := self.ids.get(name)):
                case.path_parameters[name] = chance.choice(known)
        for name in list(case.query or {}):
            if chance.random() < 0.5 and (value := _QUERIES.get(name) or self.ids.get(name)):
                case.query[name] = value if isinstance(value, str) else chance.choice(value)


def seeded_tenant(film: MadeFilm, name: str) -> Targets:
    """A tenant with references, films, revisions, an edit's branch, comments, jobs, webhooks."""
    services = open_services(Settings(film.server.store))
    try:
        return Targets(_seed(services, film, name))
    finally:
        services.database.dispose()


def _seed(services: Services, film: MadeFilm, name: str) -> dict[str, list[str]]:
    tenant, owner = services.keys.tenant(name, create=True), services.keys.tenant()
    made = services.films.revision(owner, film.id, "1")
    references = []
    for handle, other in (("track", "track"), ("ride", "left"), ("coast", "tall")):
        found = services.references.get(owner, f"@{other}")
        row = services.references._record(
            tenant, found.filename, found.kind, found.blob, found.info, handle
        )
        references.append(row.id)
    films, revisions, comments = [], [], []
    for number in range(3):
        id_, _ = film_row(services, tenant, f"film {number}")
        for parent, branch in ((None, MAIN), (None, "side")):
            new = NewRevision(id_, parent, branch, None, None, made.build, made.files, made.summary)
            with services.database.writing() as connection:
                revisions.append(add_revision(connection, tenant.id, new))
        revision = services.films.revision(tenant, id_, "1")
        anchor = Anchor(film_frame=5)
        comments.append(services.comments.add(tenant, revision, anchor, "Ada", "here").id)
        films.append(id_)
    services.database.write(
        ("UPDATE jobs SET state = 'succeeded' WHERE tenant = :tenant", {"tenant": tenant.id})
    )
    jobs = services.database.read("SELECT id FROM jobs WHERE tenant = :t", {"t": tenant.id})
    attested = services.attestations.add(
        tenant, references[1], "Ada Moe", "2026-05-01T12:00:00+00:00"
    )
    hook = services.webhooks.create(tenant, "https://example.com/hook", ["job.failed"])
    return {
        "reference": [*references, "@ride"],
        "film": films,
        "revision": [*revisions, "1", "2", "head"],
        "comment": comments,
        "job": [row["id"] for row in jobs],
        "attestation": [attested["id"]],
        "webhook": [hook["id"]],
        "name": ["film.mp4", "report", "timeline.json", "page", "poster.jpg"],
        "video": films,
    }


def nearly_right(document: Any, chance: random.Random, value: Any) -> Any:
    """The document with one of its members, at any depth, replaced, doubled or left out."""
    changed = json.loads(json.dumps(document))
    places = list(_places(changed))
    holder, key = chance.choice(places)
    if chance.random() < 0.25:
        del holder[key]
    elif isinstance(holder, list) and chance.random() < 0.3:
        holder.append(holder[key])
    else:
        holder[key] = value
    return changed


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    keys = document if isinstance(document, dict) else range(len(document))
    for key in list(keys):
        yield document, key
        if isinstance(document[key], dict | list):
            yield from _places(document[key])


@dataclass
class Fuzz:
    """What was sent: operations, and how often something was answered with a 2xx."""

    operations: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    sent: int = 0


def fuzz(film: MadeFilm, tenant: str, examples: int) -> Fuzz:
    """Send each operation so many requests of both kinds; asserts that none is an error of ours."""
    schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
    key = film.server.new_key(tenant, "admin")
    targets, done = seeded_tenant(film, tenant), Fuzz()
    document = httpx.get(f"{film.server.address}/openapi.json", trust_env=False).json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=film.server.address)
    finite = schema.exclude(path_regex="events$")  # the stream of them has no end
    found = []
    for result in finite.get_all_operations():
        assert isinstance(result, Ok), result
        found.append(result.ok())
    found.sort(key=lambda operation: operation.method.upper() == "DELETE")  # what is aimed at stays
    with film.server.client(key) as client:
        for operation in found:
            bodies = _bodies(document, operation.path, operation.method, targets)
            _send(operation, bodies, client, targets, done, examples)
            _stop_jobs(client)
    return done


def _send(
    operation: Any,
    bodies: list[Any],
    client: httpx.Client,
    targets: Targets,
    done: Fuzz,
    examples: int,
) -> None:
    name = f"{operation.method.upper()} {operation.path}"
    done.operations.add(name)
    headers = {"Authorization": client.headers["authorization"]}

    @seed(20261121)
    @settings(
        max_examples=examples * (3 if bodies else 1),
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), value=_JSON, number=st.integers(0, 2**32))
    def send(case: Case[Any], value: Any, number: int) -> None:
        chance = random.Random(number)
        targets.aim(case, chance)
        if bodies and chance.random() < 0.8:
            body = chance.choice(bodies)
            case.body = nearly_right(body, chance, value) if chance.random() < 0.8 else body
            case.media_type = "application/json"
        answer = case.call(headers=headers, timeout=_PATIENCE_SECONDS)
        for _ in range(_WAITS):
            if answer.status_code != 429:
                break
            _wait(answer.headers)  # who is quick is told to wait, as everybody
            answer = case.call(headers=headers, timeout=_PATIENCE_SECONDS)
        done.sent += 1
        if answer.status_code < 300:
            done.reached.add(name)
        assert answer.status_code < 500, f"{name} {case.body!r}: {answer.text}"

    send()


def _bodies(document: Any, path: str, method: str, targets: Targets) -> list[Any]:
    if method.upper() != "POST":
        return []
    asked = document["paths"][path]["post"].get("requestBody", {}).get("content", {})
    reference = asked.get("application/json", {}).get("schema", {}).get("$ref", "")
    described = document["components"]["schemas"].get(reference.rpartition("/")[2], {})
    bodies = [*described.get("examples", []), *_BODIES.get(path, [])]
    if "example" in described:
        bodies.append(described["example"])
    text = json.dumps(bodies).replace("{video}", targets.ids["video"][0])
    read: list[Any] = json.loads(text)
    return read


def _stop_jobs(client: httpx.Client) -> None:
    """Cancel what was asked for: nobody waits for these films."""
    for state in ("queued", "running"):
        for job in _ask(client, "GET", f"/v1/jobs?state={state}").json().get("items", []):
            _ask(client, "POST", f"/v1/jobs/{job['id']}/cancel")


def _ask(client: httpx.Client, method: str, url: str) -> httpx.Response:
    answer = client.request(method, url)
    for _ in range(_WAITS):
        if answer.status_code != 429:
            break
        _wait(answer.headers)
        answer = client.request(method, url)
    assert answer.status_code < 500, f"{method} {url}: {answer.text}"
    return answer


def _wait(headers: Mapping[str, Any]) -> None:
    text = headers.get("retry-after") or "1"
    time.sleep(min(2.0, float(text[0] if isinstance(text, list) else text)))
