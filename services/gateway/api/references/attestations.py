"""Attestations of a tenant: somebody's word that who is shown in a reference agrees."""

from __future__ import annotations

from typing import Any

from services.gateway.api.ids import new_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import not_found
from services.gateway.api.references.service import References
from shared.consent import Attestation
from shared.database import NOW, Database

_COLUMNS = "id, reference, signer, signed_at, created_at, revoked_at"


class Attestations:
    """The attestations of one store's tenants."""

    def __init__(self, database: Database, references: References) -> None:
        self._database = database
        self._references = references

    def add(self, tenant: Tenant, reference: str, signer: str, signed_at: str) -> dict[str, Any]:
        """Write an attestation down; raises `InvalidInput` for one that says too little."""
        found = self._references.get(tenant, reference)
        Attestation(tenant.id, found.blob, signer, signed_at)  # its checks
        id_ = new_id("att")
        self._database.write(
            (
                "INSERT INTO attestations (id, tenant, reference, signer, signed_at, created_at) "
                f"VALUES (:id, :tenant, :reference, :signer, :signed_at, {NOW}) "
                "ON CONFLICT (id) DO NOTHING",
                {
                    "id": id_,
                    "tenant": tenant.id,
                    "reference": found.id,
                    "signer": signer,
                    "signed_at": signed_at,
                },
            )
        )
        return next(item for item in self.list(tenant) if item["id"] == id_)

    def list(self, tenant: Tenant) -> list[dict[str, Any]]:
        """All attestations of a tenant, revoked ones too, the oldest first."""
        rows = self._database.read(
            f"SELECT {_COLUMNS} FROM attestations WHERE tenant = :tenant ORDER BY id LIMIT 10000",
            {"tenant": tenant.id},
        )
        names = _COLUMNS.split(", ")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def revoke(self, tenant: Tenant, attestation: str) -> None:
        """Take an attestation back: later work on its reference is refused."""
        written = self._database.write(
            (
                f"UPDATE attestations SET revoked_at = COALESCE(revoked_at, {NOW}) "
                "WHERE id = :id AND tenant = :tenant",
                {"id": attestation, "tenant": tenant.id},
            )
        )
        if not written.count:
            raise not_found("attestation", attestation)

    def of(self, tenant: Tenant) -> tuple[Attestation, ...]:
        """Those that hold now, as work is checked by them."""
        return tuple(
            Attestation(
                tenant.id,
                self._references.get(tenant, item["reference"]).blob,
                item["signer"],
                item["signed_at"],
            )
            for item in self.list(tenant)
            if item["revoked_at"] is None and self._references.is_there(tenant, item["reference"])
        )
