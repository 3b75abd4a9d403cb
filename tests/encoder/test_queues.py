from __future__ import annotations

from services.encoder.encode import ENCODER_NAMES
from services.encoder.families.encode import FAMILY_ENCODER_NAMES
from services.encoder.queues import QUEUES, queue_of
from shared.digest import Digest
from shared.families.catalogue import FAMILIES
from shared.families.request import DType, FamilyEncodeRequest
from shared.requests import EncodeRequest


def asked(encoder: str) -> FamilyEncodeRequest:
    return FamilyEncodeRequest(encoder, (), (), DType.FLOAT32, DType.FLOAT32)


def test_each_family_has_a_queue_for_all_its_encoders() -> None:
    assert [f"encode.{family.name}" for family in FAMILIES] == list(QUEUES)
    for encoder in FAMILY_ENCODER_NAMES:
        assert queue_of(asked(encoder)) == f"encode.{encoder.partition('.')[0]}"
        assert queue_of(asked(encoder)) in QUEUES


def test_reading_references_is_the_servers_own_work() -> None:
    for encoder in ENCODER_NAMES:
        assert queue_of(EncodeRequest(encoder, Digest.of_bytes(b"x"))) is None


def test_a_family_that_does_not_exist_gets_no_queue_of_its_own() -> None:
    """No worker would take from it: the server refuses the request itself."""
    assert queue_of(asked("horoscope.text")) is None
