"""Webhooks as JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from services.gateway.api.schema import Schema


class NewWebhook(Schema):
    """Where to send which events; no types means all but those of videos (`video.completed`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"url": "https://example.com/onbeat", "types": ["job.succeeded"]}
        }
    )

    url: Annotated[str, Field(max_length=2000)]
    types: list[str] = Field(default_factory=list, max_length=20)


class Webhook(Schema):
    """A webhook; it is disabled when its address answers 410."""

    id: str
    url: str
    types: list[str]
    created_at: float
    disabled_at: float | None


class CreatedWebhook(Webhook):
    """A webhook with its secret (Standard Webhooks), which is shown this once."""

    secret: str


class WebhookMessage(Schema):
    """One message: when it is tried next, and how the last try ended."""

    id: str
    type: str
    attempts: int
    due_at: float | None
    delivered_at: float | None
    last_answer: str | None
    created_at: float
