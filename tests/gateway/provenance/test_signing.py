"""A signed film reads back valid; a flipped byte is found; nothing half-written stays."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.gateway.provenance.certificate import Certificate, make_test_certificate
from services.gateway.provenance.signing import can_describe, read_credentials, sign_film
from shared.errors import InvalidInput
from tests.e2e.sources import write_clip

DEFINITION = {
    "claim_generator_info": [{"name": "Onbeat", "version": "0"}],
    "title": "film.mp4",
    "format": "video/mp4",
    "assertions": [
        {
            "label": "c2pa.actions.v2",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty",
                    },
                    {"action": "c2pa.placed", "parameters": {"ingredientIds": ["photo"]}},
                ]
            },
        }
    ],
}


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return make_test_certificate()


def photo() -> io.BytesIO:
    out = io.BytesIO()
    Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(out, "PNG")
    return io.BytesIO(out.getvalue())


def clip(path: Path) -> Path:
    write_clip(path, seconds=0.5, frame_rate=Fraction(25), step=2)
    return path


def signed(tmp_path: Path, certificate: Certificate) -> Path:
    film = clip(tmp_path / "film.mp4")
    before = film.read_bytes()
    ingredient = {"title": "@photo", "relationship": "componentOf", "label": "photo"}
    out = tmp_path / "signed.mp4"
    found = sign_film(film, out, DEFINITION, [(ingredient, "png", photo())], certificate)
    assert found.state == "Valid"
    assert film.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "signed.mp4"]
    return out


def test_a_signed_film_is_valid_and_trusted_by_its_root(
    tmp_path: Path, certificate: Certificate
) -> None:
    out = signed(tmp_path, certificate)
    found = read_credentials(out)
    assert found.is_valid
    assert found.failures == ()
    assert [item["title"] for item in found.manifest["ingredients"]] == ["@photo"]
    root = certificate.chain_pem[certificate.chain_pem.rindex(b"-----BEGIN") :]
    assert read_credentials(out, root).state == "Trusted"


def test_a_flipped_byte_is_found(tmp_path: Path, certificate: Certificate) -> None:
    out = signed(tmp_path, certificate)
    damaged = bytearray(out.read_bytes())
    damaged[-200] ^= 1
    out.write_bytes(damaged)
    found = read_credentials(out)
    assert not found.is_valid
    assert "assertion.bmffHash.mismatch" in found.failures


def test_what_cannot_be_signed_leaves_nothing(tmp_path: Path, certificate: Certificate) -> None:
    text = tmp_path / "film.mp4"
    text.write_text("no film")
    with pytest.raises(InvalidInput, match="cannot be signed"):
        sign_film(text, tmp_path / "signed.mp4", DEFINITION, [], certificate)
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
    with pytest.raises(InvalidInput, match="no content credentials"):
        read_credentials(clip(tmp_path / "plain.mp4"))


def test_ingredients_are_described_by_the_ending_of_their_name() -> None:
    assert can_describe("a/b.JPG") == "jpg"
    assert can_describe("song.ogg") is None
    assert can_describe("") is None
