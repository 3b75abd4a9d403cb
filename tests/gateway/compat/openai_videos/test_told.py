"""Webhooks of videos: what OpenAI's own SDK makes of them."""

from __future__ import annotations

import time

import openai
import pytest
from openai.types import Video

from services.gateway.api.films.briefs import ReadBrief
from services.gateway.api.jobs.events import TYPES, append_event
from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services
from services.gateway.briefs import BriefSpec
from services.gateway.compat.openai_videos.identity import MODEL, video_id
from services.gateway.compat.openai_videos.told import COMPLETED, FAILED
from services.gateway.compat.openai_videos.told import TYPES as VIDEO_TYPES
from shared.database import Connection
from shared.errors import Cancelled, OnbeatError
from tests.gateway.api.conftest import serving, wait_for
from tests.gateway.api.webhooks.receiver import receiving
from tests.gateway.compat.openai_videos.conftest import PROMPT


def _film(services: Services, tenant: Tenant, *, is_video: bool) -> tuple[str, str]:
    metadata = {MODEL: "sora-2"} if is_video else {"note": "a film"}
    brief = ReadBrief(BriefSpec(), (), {})
    return services.films.create(tenant, brief, name="x", metadata=metadata, draft=True)


def _told(services: Services) -> list[str]:
    rows = services.database.read("SELECT type FROM webhook_messages ORDER BY id")
    return [str(row["type"]) for row in rows]


def _end(services: Services, job: str, error: OnbeatError | None) -> None:
    found = services.jobs.claim("a worker", 60.0)
    assert found is not None
    assert found.id == job
    if error is None:
        services.jobs.finish(found, {}, _nothing)
    else:
        services.jobs.fail(found, error)


def _nothing(connection: Connection) -> None:
    pass


@pytest.mark.parametrize(
    ("error", "told"),
    [(None, COMPLETED), (OnbeatError("no"), FAILED), (Cancelled("cancelled"), FAILED)],
)
def test_the_end_of_what_makes_a_video_is_told_once(
    services: Services, error: OnbeatError | None, told: str
) -> None:
    services.webhooks.allow_private = True
    tenant = services.keys.tenant(create=True)
    services.webhooks.create(tenant, "http://127.0.0.1:9/", list(VIDEO_TYPES))
    film, job = _film(services, tenant, is_video=True)
    _end(services, job, error)
    with services.database.writing() as connection:  # an edit of it ends no video
        later = services.jobs.submit(connection, tenant, "edit", film, {})
    _end(services, later, None)
    _, other = _film(services, tenant, is_video=False)
    _end(services, other, error)
    assert _told(services) == [told]


def test_who_asks_for_all_gets_onbeats_own(services: Services) -> None:
    services.webhooks.allow_private = True
    tenant = services.keys.tenant(create=True)
    hook = services.webhooks.create(tenant, "http://127.0.0.1:9/", [])
    assert hook["types"] == list(TYPES)
    _, job = _film(services, tenant, is_video=True)
    _end(services, job, None)
    assert not set(_told(services)) & set(VIDEO_TYPES)


def test_of_a_deleted_video_nothing_is_told(services: Services) -> None:
    services.webhooks.allow_private = True
    tenant = services.keys.tenant(create=True)
    services.webhooks.create(tenant, "http://127.0.0.1:9/", list(VIDEO_TYPES))
    film, job = _film(services, tenant, is_video=True)
    services.films.delete(tenant, film)
    assert services.jobs.get(tenant, job).state == "cancelled"
    with services.database.writing() as connection:
        append_event(connection, tenant.id, "job.failed", job=job, film=film)
    assert _told(services) == []


def test_the_sdk_understands_what_comes(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = tmp_path_factory.mktemp("told") / "store"
    with receiving() as receiver, serving(store, "--allow-private-webhooks") as server:
        with server.client() as http:
            asked = {"url": receiver.address, "types": list(VIDEO_TYPES)}
            secret = http.post("/v1/webhooks", json=asked).json()["secret"]
        base = f"{server.address}/v1"
        with openai.OpenAI(api_key=server.key, base_url=base, webhook_secret=secret) as sdk:
            began = int(time.time())
            video: Video = sdk.videos.create(
                prompt=PROMPT,
                model="sora-2",
                seconds="1",  # type: ignore[arg-type]
                size="128x72",  # type: ignore[arg-type]
            )
            wait_for(lambda: bool(receiver.came))
            headers, body = receiver.came[0]
            event = sdk.webhooks.unwrap(body, headers)
            found = event.model_dump()
            assert set(found) == {"id", "object", "created_at", "type", "data"}
            assert (found["object"], found["type"]) == ("event", COMPLETED)
            assert found["id"].startswith("evt_")
            assert began <= found["created_at"] <= time.time() + 1
            assert found["data"] == {"id": video.id}
            film = sdk.videos.retrieve(video.id).model_extra["onbeat"]["film"]  # type: ignore[index]
            assert video_id(film) == video.id
            with pytest.raises(openai.InvalidWebhookSignatureError):
                sdk.webhooks.unwrap(body.replace(b"completed", b"failed"), headers)
    assert len(receiver.came) == 1
