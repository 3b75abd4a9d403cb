"""Messages are signed, sent to where they were checked to go, and tried again."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.gateway.api.jobs.events import append_event
from services.gateway.api.services import Services
from services.gateway.api.webhooks.sender import Sender
from tests.gateway.api.webhooks.receiver import receiving


async def send_until(services: Services, condition: str) -> None:
    task = asyncio.create_task(Sender(services.webhooks).run())
    for _ in range(1200):  # a minute
        await asyncio.sleep(0.05)
        if services.database.read(f"SELECT 1 FROM webhook_messages WHERE {condition}"):
            break
    else:
        raise AssertionError(condition)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_message_is_signed_and_tried_again(services: Services) -> None:
    services.webhooks.allow_private = True
    tenant = services.keys.tenant(create=True)
    with receiving() as receiver:
        hook = services.webhooks.create(tenant, receiver.address, ["job.succeeded"])
        receiver.answers = [500, 302]
        with services.database.writing() as connection:
            append_event(connection, tenant.id, "job.succeeded", job="job_1")
        for tries, answer in ((1, "HTTP 500"), (2, "HTTP 302")):
            await send_until(services, f"attempts = {tries} AND last_answer = '{answer}'")
            services.database.write(("UPDATE webhook_messages SET due_at = 0", {}))
        await send_until(services, "delivered_at IS NOT NULL AND due_at IS NULL")
    assert len(receiver.came) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 1
    headers, body = receiver.came[-1]
    assert Webhook(hook["secret"]).verify(body, headers)["job"] == "job_1"
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(body.replace(b"job_1", b"job_2"), headers)
    assert json.loads(body)["type"] == "job.succeeded"


async def test_nothing_is_sent_to_a_private_address(services: Services) -> None:
    services.webhooks.allow_private = True
    tenant = services.keys.tenant(create=True)
    with receiving() as receiver:
        services.webhooks.create(tenant, receiver.address, [])
        services.webhooks.allow_private = False
        with services.database.writing() as connection:
            append_event(connection, tenant.id, "job.queued")
        await send_until(services, "last_answer LIKE 'url: %'")
    assert receiver.came == []
