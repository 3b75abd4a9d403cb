"""Webhooks of a tenant, and the messages to them: an outbox that nothing is lost from."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.api.ids import new_id
from services.gateway.api.jobs.events import TYPES
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.webhooks.targets import check_url
from services.gateway.compat.openai_videos.told import TYPES as VIDEO_TYPES
from shared.database import NOW, Database
from shared.errors import InvalidInput

# Seconds after each try, as Standard Webhooks suggests.
PAUSES_SECONDS = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
_COLUMNS = "id, url, types, created_at, disabled_at"
_DUE = f"""
SELECT m.id, m.type, m.payload, m.attempts, m.created_at, w.url, w.secret, w.id AS webhook
FROM webhook_messages m JOIN webhooks w ON w.id = m.webhook
WHERE m.due_at <= {NOW} AND w.disabled_at IS NULL ORDER BY m.due_at LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is due."""

    id: str
    webhook: str
    url: str
    secret: str
    type: str
    payload: str
    attempts: int


class Webhooks:
    """The webhooks of one store; `allow_private` is for those who trust their own network."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.allow_private = False

    def create(self, tenant: Tenant, url: str, types: Sequence[str]) -> dict[str, Any]:
        """A new webhook with its `secret`, which is shown this once."""
        check_url(url, allow_private=self.allow_private)
        known = (*TYPES, *VIDEO_TYPES)
        if unknown := [type_ for type_ in types if type_ not in known]:
            raise InvalidInput(
                f"type {unknown[0][:40]!r} is not known; expected some of {', '.join(known)}"
            )
        if len(self.list(tenant)) >= tenant.quotas.webhooks:
            raise Problem(403, "quota_exceeded", "no more webhooks are allowed")
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        values = {
            "id": new_id("hook"),
            "tenant": tenant.id,
            "url": url,
            "secret": secret,
            "types": json.dumps(sorted(set(types)) or list(TYPES)),
        }
        self._database.write(
            (
                "INSERT INTO webhooks (id, tenant, url, secret, types, created_at) "
                f"VALUES (:id, :tenant, :url, :secret, :types, {NOW}) ON CONFLICT (id) DO NOTHING",
                values,
            )
        )
        made = self.get(tenant, values["id"])
        return {**made, "secret": self._secret(values["id"])}

    def get(self, tenant: Tenant, webhook: str) -> dict[str, Any]:
        """One webhook; raises `Problem` 404."""
        found = [hook for hook in self.list(tenant) if hook["id"] == webhook]
        if not found:
            raise not_found("webhook", webhook)
        return found[0]

    def list(self, tenant: Tenant) -> list[dict[str, Any]]:
        """A tenant's webhooks, the oldest first."""
        rows = self._database.read(
            f"SELECT {_COLUMNS} FROM webhooks WHERE tenant = :tenant ORDER BY id",
            {"tenant": tenant.id},
        )
        names = _COLUMNS.split(", ")
        hooks = [dict(zip(names, row, strict=True)) for row in rows]
        return [{**hook, "types": json.loads(hook["types"])} for hook in hooks]

    def delete(self, tenant: Tenant, webhook: str) -> None:
        """Delete a webhook with all messages to it."""
        self.get(tenant, webhook)
        names = {"id": webhook, "tenant": tenant.id}
        self._database.write(
            ("DELETE FROM webhook_messages WHERE webhook = :id AND tenant = :tenant", names),
            ("DELETE FROM webhooks WHERE id = :id AND tenant = :tenant", names),
        )

    def messages(self, tenant: Tenant, webhook: str) -> Sequence[dict[str, Any]]:
        """The latest messages to a webhook, the newest first."""
        self.get(tenant, webhook)
        columns = "id, type, attempts, due_at, delivered_at, last_answer, created_at"
        rows = self._database.read(
            f"SELECT {columns} FROM webhook_messages WHERE webhook = :id ORDER BY id DESC "
            "LIMIT 100",
            {"id": webhook},
        )
        return [dict(zip(columns.split(", "), row, strict=True)) for row in rows]

    def due(self) -> Sequence[Message]:
        """Messages to be sent now."""
        return [
            Message(
                row["id"],
                row["webhook"],
                row["url"],
                row["secret"],
                row["type"],
                row["payload"],
                row["attempts"],
            )
            for row in self._database.read(_DUE)
        ]

    def settle(self, message: Message, answer: str, *, delivered: bool, gone: bool = False) -> None:
        """Note how a try ended: delivered, to be tried again, given up, or its hook is gone."""
        again = message.attempts < len(PAUSES_SECONDS) and not delivered and not gone
        pause = (
            PAUSES_SECONDS[message.attempts] * secrets.SystemRandom().uniform(0.9, 1.2)
            if (again)
            else 0.0
        )
        due = f"{NOW} + :pause" if again else "NULL"
        when = NOW if delivered else "NULL"
        values = {"id": message.id, "answer": answer[:200]}
        self._database.write(
            (
                "UPDATE webhook_messages SET attempts = attempts + 1, last_answer = :answer, "
                f"due_at = {due}, delivered_at = {when} WHERE id = :id",
                values | ({"pause": pause} if again else {}),
            )
        )
        if gone:
            self._database.write(
                (
                    f"UPDATE webhooks SET disabled_at = {NOW} WHERE id = :id",
                    {"id": message.webhook},
                )
            )

    def _secret(self, webhook: str) -> str:
        ((secret,),) = self._database.read(
            "SELECT secret FROM webhooks WHERE id = :id", {"id": webhook}
        )
        return str(secret)
