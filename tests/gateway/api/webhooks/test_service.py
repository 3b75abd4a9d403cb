"""The outbox: a message is tried until it is delivered, given up, or its webhook is gone."""

from __future__ import annotations

import dataclasses

import pytest

from services.gateway.api.jobs.events import append_event
from services.gateway.api.keys.service import Quotas
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from services.gateway.api.webhooks.service import PAUSES_SECONDS
from shared.errors import InvalidInput

URL = "https://example.com/hook"


def test_a_message_is_tried_again_ever_later_and_then_given_up(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    hook = services.webhooks.create(tenant, URL, [])
    with services.database.writing() as connection:
        append_event(connection, tenant.id, "job.queued")
    for attempt in range(len(PAUSES_SECONDS) + 1):
        (message,) = services.webhooks.due()
        assert message.attempts == attempt
        services.webhooks.settle(message, "HTTP 500", delivered=False)
        assert services.webhooks.due() == []
        services.database.write(
            ("UPDATE webhook_messages SET due_at = 0 WHERE due_at IS NOT NULL", {})
        )
    (listed,) = services.webhooks.messages(tenant, hook["id"])
    assert (listed["due_at"], listed["delivered_at"], listed["attempts"]) == (None, None, 10)


def test_a_webhook_that_is_gone_is_left_alone(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    hook = services.webhooks.create(tenant, URL, [])
    with services.database.writing() as connection:
        append_event(connection, tenant.id, "job.queued")
        append_event(connection, tenant.id, "job.queued")
    message, _ = services.webhooks.due()
    services.webhooks.settle(message, "HTTP 410", delivered=False, gone=True)
    assert services.webhooks.due() == []
    assert services.webhooks.get(tenant, hook["id"])["disabled_at"] is not None


def test_a_secret_is_told_once_and_quotas_are_kept(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    made = services.webhooks.create(tenant, URL, ["job.failed"])
    assert made["secret"].startswith("whsec_")
    assert "secret" not in services.webhooks.get(tenant, made["id"])
    with pytest.raises(InvalidInput, match="expected some of"):
        services.webhooks.create(tenant, URL, ["job.shiny"])
    full = dataclasses.replace(tenant, quotas=Quotas(webhooks=1))
    with pytest.raises(Problem, match="no more"):
        services.webhooks.create(full, URL, [])
    other = services.keys.tenant("other", create=True)
    with pytest.raises(Problem, match="no webhook"):
        services.webhooks.delete(other, made["id"])
    services.webhooks.delete(tenant, made["id"])
    assert services.webhooks.list(tenant) == []
