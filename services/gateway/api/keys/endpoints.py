"""/v1/keys."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from fastapi import APIRouter, Response

from services.gateway.api.access import Admin, Api
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.keys.schemas import CreatedKey, Key, NewKey
from services.gateway.api.schema import ListOf

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=ApiRoute)


@router.post("", status_code=201)
async def create_key(body: NewKey, api: Api, who: Admin) -> CreatedKey:
    """Make a key for this tenant; its secret is shown this once."""
    key, secret = await asyncio.to_thread(api.keys.create, who.tenant, body.name, body.scope)
    fields = {name: value for name, value in asdict(key).items() if name != "tenant"}
    return CreatedKey(**fields, secret=secret)


@router.get("")
async def list_keys(api: Api, who: Admin) -> ListOf[Key]:
    """All keys of this tenant, revoked ones too."""
    keys = await asyncio.to_thread(api.keys.list, who.tenant)
    return ListOf(items=[Key.model_validate(key) for key in keys], next_cursor=None)


@router.delete("/{key}", status_code=204)
async def revoke_key(key: str, api: Api, who: Admin) -> Response:
    """End a key at once."""
    await asyncio.to_thread(api.keys.revoke, who.tenant, key)
    return Response(status_code=204)
