from __future__ import annotations

from fractions import Fraction

from shared.digest import Digest
from shared.generate import GenerateRequest
from shared.retime import RetimeRequest, Retiming
from shared.schema import from_json, to_json


def test_it_is_told_apart_from_the_other_clips() -> None:
    asked = GenerateRequest(RetimeRequest(Digest.of_bytes(b"clip"), Fraction(30000, 1001), 9))
    assert from_json(GenerateRequest, to_json(asked)) == asked


def test_what_is_told_is_read_back() -> None:
    told = Retiming(3, 4, 1, 0.015625, 0.25)
    assert from_json(Retiming, to_json(told)) == told
