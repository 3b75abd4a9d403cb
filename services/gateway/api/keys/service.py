"""Tenants and their API keys: made, listed, revoked, recognised."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.gateway.api.ids import new_id
from shared.database import NOW, Database
from shared.errors import InvalidInput, NotFound

DEFAULT_TENANT = "default"
_PREFIX = "onbeat_"
_MAX_NAME_CHARS = 100
_KEY_COLUMNS = "id, tenant, name, scopes, created_at, revoked_at"
_TENANT_COLUMNS = "id, name, salt, secret, quotas"


class Scope(StrEnum):
    """What a key allows; each includes those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Quotas:
    """What one tenant may have at a time."""

    references: int = 10_000
    storage_bytes: int = 500 << 30
    films: int = 10_000
    unfinished_jobs: int = 100
    unfinished_uploads: int = 100
    webhooks: int = 20


@dataclass(frozen=True, slots=True)
class Tenant:
    """Who owns references and films; `salt` keeps its cached results from others.

    `secret` signs its links. The default tenant has no salt, so it shares results with the
    command line.
    """

    id: str
    name: str
    salt: str
    secret: str
    quotas: Quotas


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed; its secret was shown once. Times are seconds since 1970."""

    id: str
    tenant: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: float
    revoked_at: float | None


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: for which tenant, and what it may do; `key` is "" without keys."""

    tenant: Tenant
    key: str
    scopes: tuple[Scope, ...]

    def may(self, scope: Scope) -> bool:
        """Whether a scope is among the key's."""
        return scope in self.scopes


class Keys:
    """The tenants and keys of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tenant(self, name: str = DEFAULT_TENANT, *, create: bool = False) -> Tenant:
        """A tenant by its name or id; made if `create`, else raises `NotFound`."""
        wanted = {"name": name}
        statement = f"SELECT {_TENANT_COLUMNS} FROM tenants WHERE name = :name OR id = :name"
        rows = self._database.read(statement, wanted)
        if not rows and create:
            self._create(name)
            rows = self._database.read(statement, wanted)
        if not rows:
            raise NotFound(
                f"no tenant {name!r}, and no key of one; `onbeat keys create NAME --tenant {name}` "
                "makes the first"
            )
        return _tenant(rows[0])

    def create(self, tenant: Tenant, name: str, scope: Scope) -> tuple[ApiKey, str]:
        """A new key that may do what `scope` and those before it allow, with its secret text."""
        if not 0 < len(name) <= _MAX_NAME_CHARS or not name.isprintable():
            raise InvalidInput(f"a key's name has 1 to {_MAX_NAME_CHARS} printable characters")
        secret = _PREFIX + secrets.token_urlsafe(32)
        order = list(Scope)
        values = {
            "id": new_id("key"),
            "tenant": tenant.id,
            "name": name,
            "secret": _hashed(secret),
            "scopes": " ".join(order[: order.index(scope) + 1]),
        }
        written = self._database.write(
            (
                "INSERT INTO api_keys (id, tenant, name, secret_sha256, scopes, created_at) "
                f"VALUES (:id, :tenant, :name, :secret, :scopes, {NOW}) RETURNING {_KEY_COLUMNS}",
                values,
            )
        )
        return _key(written.rows[0]), secret

    def list(self, tenant: Tenant) -> tuple[ApiKey, ...]:
        """All keys of a tenant, the oldest first."""
        rows = self._database.read(
            f"SELECT {_KEY_COLUMNS} FROM api_keys WHERE tenant = :tenant ORDER BY id",
            {"tenant": tenant.id},
        )
        return tuple(map(_key, rows))

    def revoke(self, tenant: Tenant, key: str) -> ApiKey:
        """End a key at once; raises `NotFound`."""
        written = self._database.write(
            (
                f"UPDATE api_keys SET revoked_at = COALESCE(revoked_at, {NOW}) "
                f"WHERE tenant = :tenant AND id = :key RETURNING {_KEY_COLUMNS}",
                {"tenant": tenant.id, "key": key},
            )
        )
        if not written.rows:
            raise NotFound(f"no key {key[:80]!r}")
        return _key(written.rows[0])

    def are_there(self) -> bool:
        """Whether any key is valid, of any tenant."""
        return bool(self._database.read("SELECT 1 FROM api_keys WHERE revoked_at IS NULL LIMIT 1"))

    def recognise(self, secret: str) -> Principal | None:
        """Who a secret belongs to, None for nobody's."""
        # By the hash of 256 random bits: how long the look-up takes tells nothing about others.
        rows = self._database.read(
            "SELECT k.id AS key, k.scopes AS scopes, t.id AS id, t.name AS name, t.salt AS salt, "
            "t.secret AS secret, t.quotas AS quotas FROM api_keys k "
            "JOIN tenants t ON t.id = k.tenant "
            "WHERE k.secret_sha256 = :secret AND k.revoked_at IS NULL",
            {"secret": _hashed(secret)},
        )
        if not rows:
            return None
        return Principal(_tenant(rows[0]), rows[0]["key"], _scopes(rows[0]["scopes"]))

    def _create(self, name: str) -> None:
        if not 0 < len(name) <= _MAX_NAME_CHARS or not name.isprintable():
            raise InvalidInput(f"a tenant's name has 1 to {_MAX_NAME_CHARS} printable characters")
        id_ = DEFAULT_TENANT if name == DEFAULT_TENANT else new_id("ten")
        self._database.write(
            (
                "INSERT INTO tenants (id, name, salt, secret, quotas, created_at) "
                f"VALUES (:id, :name, :salt, :secret, '{{}}', {NOW}) ON CONFLICT DO NOTHING",
                {
                    "id": id_,
                    "name": name,
                    "salt": "" if name == DEFAULT_TENANT else id_,
                    "secret": secrets.token_hex(32),
                },
            )
        )


def everything(tenant: Tenant) -> Principal:
    """Somebody who may do all that a tenant can: where no keys are asked for."""
    return Principal(tenant, "", tuple(Scope))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _scopes(text: str) -> tuple[Scope, ...]:
    return tuple(Scope(word) for word in text.split())


def _key(row: Any) -> ApiKey:
    id_, tenant, name, scopes, created_at, revoked_at = row
    return ApiKey(id_, tenant, name, _scopes(scopes), created_at, revoked_at)


def _tenant(row: Any) -> Tenant:
    quotas = Quotas(**json.loads(row["quotas"]))
    return Tenant(row["id"], row["name"], row["salt"], row["secret"], quotas)


def parse_scope(text: str, known: Iterable[Scope] = Scope) -> Scope:
    """Read a scope by name."""
    try:
        return Scope(text)
    except ValueError:
        raise InvalidInput(f"scope {text!r}: expected one of {', '.join(known)}") from None
