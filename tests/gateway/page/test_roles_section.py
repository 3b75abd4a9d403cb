"""The table of roles on the report page."""

from __future__ import annotations

from services.gateway.page.roles_section import roles_section


def test_every_role_has_a_row_with_its_effect() -> None:
    roles = [
        {"reference": "tea", "role": "first_frame", "effect": "opens the film", "shots": ["s1"]},
        {"reference": "<b>", "role": "camera", "effect": None, "shots": []},
    ]
    text = str(roles_section({"roles": roles}))
    assert "<td>@tea</td><td>first frame</td><td>opens the film</td>" in text
    assert "<td>@&lt;b&gt;</td><td>camera</td><td>none</td>" in text


def test_a_film_without_roles_has_no_table() -> None:
    assert roles_section({"roles": []}) is None
    assert roles_section({}) is None
