"""Tenants and keys."""

from __future__ import annotations

import pytest

from services.gateway.api.keys.service import Scope, everything, parse_scope
from services.gateway.api.services import Services
from shared.errors import InvalidInput, NotFound


def test_a_key_is_recognised_until_it_is_revoked(services: Services) -> None:
    keys = services.keys
    acme = keys.tenant("acme", create=True)
    key, secret = keys.create(acme, "bay", Scope.WRITE)
    who = keys.recognise(secret)
    assert who is not None
    assert (who.tenant, who.key) == (acme, key.id)
    assert [who.may(scope) for scope in Scope] == [True, True, False]
    rows = services.database.read("SELECT * FROM api_keys")
    assert secret not in str([tuple(row) for row in rows])
    with pytest.raises(NotFound):
        keys.revoke(keys.tenant("other", create=True), key.id)
    keys.revoke(acme, key.id)
    assert keys.recognise(secret) is None
    assert not keys.are_there()
    assert keys.recognise("\ud800") is None


def test_only_the_default_tenant_shares_results_with_the_command_line(services: Services) -> None:
    default = services.keys.tenant(create=True)
    others = [services.keys.tenant(name, create=True) for name in ("a", "b")]
    assert default.salt == ""
    assert len({default.salt, *(tenant.salt for tenant in others)}) == 3
    assert services.keys.tenant(others[0].id) == others[0]
    assert everything(default).may(Scope.ADMIN)


def test_bad_names_are_refused(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    for name in ("", "x" * 101, "a\nb"):
        with pytest.raises(InvalidInput):
            services.keys.create(tenant, name, Scope.READ)
        with pytest.raises(InvalidInput):
            services.keys.tenant(name, create=True)
    with pytest.raises(InvalidInput, match="read, write, admin"):
        parse_scope("root")
