"""Sends the messages that are due, signed as Standard Webhooks describes it."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from services.gateway.api.webhooks.service import Message, Webhooks
from services.gateway.api.webhooks.targets import find_target
from shared.errors import InvalidInput, OnbeatError, Unavailable

_PAUSE_SECONDS = 0.5
_TIMEOUT_SECONDS = 10.0
_GONE = 410


class Sender:
    """Sends until its task is cancelled; after a restart it goes on with what was due."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    async def run(self) -> None:
        """Look for messages twice a second and send them, several at a time."""
        # Redirects are not followed: they would lead past the check of the address.
        async with httpx.AsyncClient(
            timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False
        ) as client:
            while True:
                with contextlib.suppress(Unavailable):
                    due = await asyncio.to_thread(self._webhooks.due)
                    await asyncio.gather(*(self._send(client, message) for message in due))
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _send(self, client: httpx.AsyncClient, message: Message) -> None:
        delivered, gone = False, False
        try:
            async with asyncio.timeout(2 * _TIMEOUT_SECONDS):
                status = await self._post(client, message)
            delivered, gone, answer = 200 <= status < 300, status == _GONE, f"HTTP {status}"
        except InvalidInput as error:
            answer = error.message
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OnbeatError) as error:
            answer = type(error).__name__
        await asyncio.to_thread(
            self._webhooks.settle, message, answer, delivered=delivered, gone=gone
        )

    async def _post(self, client: httpx.AsyncClient, message: Message) -> int:
        target = await find_target(message.url, allow_private=self._webhooks.allow_private)
        now = datetime.now(UTC)
        signature = Webhook(message.secret).sign(message.id, now, message.payload)
        headers = {
            "host": target.host_header,
            "content-type": "application/json",
            "user-agent": "onbeat",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        request = client.build_request(
            "POST",
            target.url,
            content=message.payload.encode(),
            headers=headers,
            extensions={"sni_hostname": target.host},
        )
        answer = await client.send(request, stream=True)  # its body does not matter
        await answer.aclose()
        return answer.status_code
