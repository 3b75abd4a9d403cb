"""What credentials say of a film: its ingredients, how it came about, whose consent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.provenance.credentials import (
    BUILD_LABEL,
    ingredients_of,
    manifest,
    source_type,
)
from shared.brand import Corner
from shared.consent import Attestation
from shared.corner_logo import CornerLogo
from shared.digest import Digest
from shared.generation import Generated
from shared.schema import to_json
from shared.timeline import Timeline
from tests.gateway.direction.directed import blob, film

REPORT = {"film": "f" * 64 + "/9", "versions": {"onbeat": "1.2.3", "av": "18"}}


def data(definition: dict[str, object], label: str) -> dict[str, object]:
    found = [item for item in definition["assertions"] if item["label"] == label]  # type: ignore[attr-defined]
    return dict(found[0]["data"])


def generated(backend: str) -> Timeline:
    shots = film().shots
    drawn = replace(shots[0], source=Generated(backend, "scene", "rain"))
    return replace(film(), shots=(drawn, *shots[1:]))


def test_what_is_shown_is_an_ingredient() -> None:
    labels = [item.label for item in ingredients_of(film())]
    assert labels == ["ride", "coast", "image2", "Mug"]
    fewer = replace(film(), shots=film().shots[:2], transitions=())
    assert [item.label for item in ingredients_of(fewer)] == ["ride", "coast"]


@pytest.mark.parametrize(
    ("timeline", "ending"),
    [
        (film(), "compositeCapture"),
        (generated("procedural"), "compositeSynthetic"),
        (generated("wan"), "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_generated_shots_are_said(timeline: Timeline, ending: str) -> None:
    assert source_type(timeline).endswith(f"/{ending}")


def test_a_manifest_holds_the_digests_of_the_report() -> None:
    build = data(manifest(film(), REPORT), BUILD_LABEL)
    assert build["film"] == REPORT["film"]
    assert build["timeline"] == str(Digest.of_bytes(to_json(film())))
    assert len(build["shots"]) == 12  # type: ignore[arg-type]
    assert build["software"] == REPORT["versions"]


def test_consent_is_named_for_what_is_shown_alone() -> None:
    shown = Attestation("", blob("ride"), "Ada", "2026-05-01T12:00:00+00:00")
    other = replace(shown, reference=blob("elsewhere"))
    build = data(manifest(film(), REPORT, attestations=[shown, other]), BUILD_LABEL)
    assert [item["signer"] for item in build["consent"]] == ["Ada"]  # type: ignore[attr-defined]


def test_a_revision_says_that_it_is_one_and_a_test_that_it_is_one() -> None:
    actions = data(manifest(replace(film(), parent=blob("p")), REPORT), "c2pa.actions.v2")
    assert [a["action"] for a in actions["actions"]][0::5] == ["c2pa.created", "c2pa.edited"]  # type: ignore[attr-defined]
    assert "TEST" in manifest(film(), REPORT, is_test=True)["title"]


def test_the_logo_in_a_corner_is_an_ingredient() -> None:
    logo = CornerLogo(blob("Mug"), Corner.TOP_LEFT)
    fewer = replace(film(), shots=film().shots[:2], transitions=(), corner_logo=logo)
    assert [item.label for item in ingredients_of(fewer)] == ["ride", "coast", "Mug"]
