"""/v1/webhooks."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from services.gateway.api.access import Api, Reader, Writer
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.schema import ListOf
from services.gateway.api.webhooks.schemas import (
    CreatedWebhook,
    NewWebhook,
    Webhook,
    WebhookMessage,
)

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], route_class=ApiRoute)


@router.post("", status_code=201)
async def create_webhook(body: NewWebhook, api: Api, who: Writer) -> CreatedWebhook:
    """Have events sent to an address, signed as Standard Webhooks describes it."""
    made = await asyncio.to_thread(api.webhooks.create, who.tenant, body.url, body.types)
    return CreatedWebhook(**made)


@router.get("")
async def list_webhooks(api: Api, who: Reader) -> ListOf[Webhook]:
    """All webhooks of this tenant."""
    found = await asyncio.to_thread(api.webhooks.list, who.tenant)
    return ListOf(items=[Webhook(**hook) for hook in found], next_cursor=None)


@router.get("/{webhook}")
async def get_webhook(webhook: str, api: Api, who: Reader) -> Webhook:
    """One webhook."""
    return Webhook(**await asyncio.to_thread(api.webhooks.get, who.tenant, webhook))


@router.get("/{webhook}/messages")
async def list_webhook_messages(webhook: str, api: Api, who: Reader) -> ListOf[WebhookMessage]:
    """The latest hundred messages to a webhook."""
    found = await asyncio.to_thread(api.webhooks.messages, who.tenant, webhook)
    return ListOf(items=[WebhookMessage(**item) for item in found], next_cursor=None)


@router.delete("/{webhook}", status_code=204)
async def delete_webhook(webhook: str, api: Api, who: Writer) -> Response:
    """Delete a webhook with all messages to it."""
    await asyncio.to_thread(api.webhooks.delete, who.tenant, webhook)
    return Response(status_code=204)
