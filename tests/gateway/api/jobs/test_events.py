"""Events are counted by tenant, and told to the webhooks that asked for them."""

from __future__ import annotations

from services.gateway.api.jobs.events import PROGRESS, append_event, last_sequence, read_events
from services.gateway.api.services import Services


def test_each_tenant_counts_its_own(services: Services) -> None:
    with services.database.writing() as connection:
        for tenant in ("a", "b", "a"):
            append_event(connection, tenant, "job.queued", job=f"of {tenant}", data={"x": 1})
    found = read_events(services.database, "a", 0)
    assert [(event.sequence, event.job) for event in found] == [(1, "of a"), (2, "of a")]
    assert found[0].document()["data"] == {"x": 1}
    assert read_events(services.database, "a", 1, job="of a") == found[1:]
    assert read_events(services.database, "a", 0, film="none") == []
    assert [last_sequence(services.database, name) for name in ("a", "b", "c")] == [2, 1, 0]


def test_a_webhook_gets_what_it_asked_for(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    hook = services.webhooks.create(tenant, "https://example.com/hook", ["job.failed"])
    with services.database.writing() as connection:
        for type_ in (PROGRESS, "job.succeeded", "job.failed"):
            append_event(connection, tenant.id, type_, job="j")
            append_event(connection, "other", type_, job="j")
    (message,) = services.webhooks.due()
    assert (message.type, message.webhook) == ("job.failed", hook["id"])
