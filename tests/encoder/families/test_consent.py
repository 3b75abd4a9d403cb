"""No model of a family sees a face that nobody has vouched for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.encoder.families.consent import admit, count_faces
from shared.brief import MediaKind
from shared.consent import Attestation, ConsentRequired, ConsentSettings
from shared.digest import Digest
from shared.families.family import Part, Task
from shared.families.request import FamilyEncodeRequest, Source
from shared.families.wan import WAN
from shared.requests import EncodeRequest
from shared.runner import LocalRunner
from shared.schema import to_json
from shared.settings import Settings
from tests.encoder.families.desk import Desk, at, picture, size
from tests.encoder.photographs import photo

_SIZE = size(64, 48, 9)
_SIGNED = "2026-05-01T12:00:00+00:00"


@pytest.fixture
def portrait(desk: Desk) -> Source:
    return Source(desk.blobs.put(photo("astronaut.png").read_bytes()), MediaKind.IMAGE)


def _requests(desk: Desk, source: Source) -> dict[str, FamilyEncodeRequest]:
    shot = desk.shot("wan2.1-i2v-14b-480p", at(Part.FIRST, source))
    return WAN.encode_requests(Task.FIRST_FRAME, shot, _SIZE)


def test_a_face_needs_an_attestation_and_prompts_need_none(
    desk: Desk, portrait: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = _requests(desk, portrait)
    for name in ("i2v.cond", "image.clip"):
        with pytest.raises(ConsentRequired, match=r"shows 1 face; expected an attestation"):
            desk.encode(requests[name])
    desk.encode(requests["text.pos"])
    attestation = Attestation("", portrait.reference, "A. Signer", _SIGNED)
    path = tmp_path / "attestations.jsonl"
    path.write_bytes(to_json(attestation) + b"\n")
    monkeypatch.setenv("ONBEAT_ATTESTATIONS", str(path))
    desk.encode(requests["i2v.cond"])


def test_another_tenants_word_does_not_count(desk: Desk, portrait: Source) -> None:
    request = _requests(desk, portrait)["i2v.cond"]
    other = Attestation("other", portrait.reference, "A. Signer", _SIGNED)
    with pytest.raises(ConsentRequired):
        admit(request, [photo("astronaut.png")], ConsentSettings((other,)))
    admit(request, [photo("astronaut.png")], ConsentSettings((other,), tenant="other"))


def test_whoever_checks_upstream_is_trusted(
    desk: Desk, portrait: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONBEAT_CONSENT", "upstream")
    desk.encode(_requests(desk, portrait)["i2v.cond"])


def test_a_face_anywhere_in_the_part_of_a_clip_that_is_shown(desk: Desk) -> None:
    nobody = np.asarray(picture(1, 512, 512))
    somebody = np.asarray(Image.open(photo("astronaut.png")).convert("RGB").resize((512, 512)))
    source = desk.clip([nobody] * 8 + [somebody] * 4, 16)
    path = desk.folder / "copy.mkv"
    path.write_bytes(desk.blobs.read(source.reference))
    assert count_faces(source, path, size(64, 48, 9)) == 1
    assert count_faces(source, path, size(64, 48, 5)) == 0


def test_pictures_of_nobody_are_free(desk: Desk) -> None:
    desk.encode(_requests(desk, desk.photo(picture(1)))["i2v.cond"])


def test_a_stored_result_is_refused_like_its_making(desk: Desk, portrait: Source) -> None:
    request = _requests(desk, portrait)["i2v.cond"]
    attestation = Attestation("", portrait.reference, "A. Signer", _SIGNED)
    registry: dict[type, str] = dict.fromkeys(
        (EncodeRequest, FamilyEncodeRequest), "services.encoder.encode"
    )

    async def ask(consent: ConsentSettings) -> Digest | None:
        settings = Settings(desk.folder / "store", workers=1, consent=consent)
        async with LocalRunner(settings, registry) as runner:
            runner.blobs.put(desk.blobs.read(portrait.reference))
            if not consent.attestations:
                assert runner.find_stored(request) is None
            found = await runner.run(request)
            assert runner.find_stored(request) == found
            return found

    path = desk.folder / "attestations.jsonl"
    path.write_bytes(to_json(attestation) + b"\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONBEAT_ATTESTATIONS", str(path))
        asyncio.run(ask(ConsentSettings.from_environment()))
    with pytest.raises(ConsentRequired, match="shows 1 face"):
        asyncio.run(ask(ConsentSettings()))
