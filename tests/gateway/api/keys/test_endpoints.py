"""Keys over HTTP."""

from __future__ import annotations

from tests.gateway.api.conftest import Server


def test_a_key_is_made_used_and_ended(server: Server) -> None:
    with server.client(server.new_key("keyed", "admin")) as admin:
        made = admin.post("/v1/keys", json={"name": "bay", "scope": "read"}).json()
        assert made["scopes"] == ["read"]
        with server.client(made["secret"]) as reader:
            assert reader.get("/v1/films").status_code == 200
            assert admin.delete(f"/v1/keys/{made['id']}").status_code == 204
            assert reader.get("/v1/films").status_code == 401
        listed = admin.get("/v1/keys").json()["items"]
        assert [bool(key["revoked_at"]) for key in listed] == [False, True]
        assert made["secret"] not in str(listed)
        bad = admin.post("/v1/keys", json={"name": "x", "scope": "root"})
        assert bad.status_code == 422
        assert admin.delete("/v1/keys/key_none").status_code == 404
