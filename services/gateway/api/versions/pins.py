"""Under which names the files of exports and deliveries are kept: those of their jobs.

They stay as long as their film does, whatever becomes of its revisions.
"""

from __future__ import annotations

import json
from typing import Any

from shared.database import NOW, Connection
from shared.digest import Digest

DELIVERY, EXPORT = "delivery", "export"
_PIN = f"""
INSERT INTO pins (name, digest, owner, created_at) VALUES (:name, :digest, NULL, {NOW})
ON CONFLICT (name) DO NOTHING
"""
_DONE = f"""
SELECT id, kind, result FROM jobs
WHERE film = :film AND tenant = :tenant AND state = 'succeeded'
    AND kind IN ('{DELIVERY}', '{EXPORT}')
"""


def export_pin(job: str) -> str:
    """The name of an export's zip."""
    return f"{job}.zip"


def delivery_pin(job: str, file: str) -> str:
    """The name of a file of a delivery."""
    return f"{job}/{file}"


def pin(connection: Connection, name: str, digest: Digest) -> None:
    """Keep a blob, in a transaction of the caller's."""
    connection.execute(_PIN, {"name": name, "digest": str(digest)})


def release(connection: Connection, tenant: str, film: str) -> None:
    """Let go of what exports and deliveries of a film keep, in a transaction of the caller's."""
    rows = connection.execute(_DONE, {"film": film, "tenant": tenant}).fetchall()
    for job, kind, result in rows:
        for name in _names(job, kind, json.loads(result)):
            connection.execute("DELETE FROM pins WHERE name = :name", {"name": name})


def _names(job: str, kind: str, result: dict[str, Any]) -> list[str]:
    if kind == EXPORT:
        return [export_pin(job)]
    return [delivery_pin(job, file["name"]) for file in result["files"]]
