"""What the protos say of a service is what servers and clients go by."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import InvalidInput
from shared.protos import audio_sync_pb2, encoder_pb2, generator_pb2
from shared.requests import AnalyzeRequest, PlanCutsRequest, RenderRequest
from shared.rpc.service import described_service, known_service
from shared.rpc.settings import RpcSettings

TYPES = {"AnalyzeRequest": AnalyzeRequest, "PlanCutsRequest": PlanCutsRequest}


def test_methods_own_their_requests_and_deadlines() -> None:
    service = known_service("audio_sync", TYPES, RpcSettings(deadline_seconds={"PlanCuts": 5.0}))
    assert service.full_name == "onbeat.audio_sync.v1.AudioSyncService"
    analyze, plan = service.methods
    assert (analyze.name, analyze.request, analyze.deadline_seconds) == (
        "Analyze",
        AnalyzeRequest,
        3600.0,
    )
    assert plan.deadline_seconds == 5.0
    assert service.method_of(PlanCutsRequest) == plan
    with pytest.raises(InvalidInput, match="audio_sync does not perform RenderRequest"):
        service.method_of(RenderRequest)


@pytest.mark.parametrize(
    ("protos", "methods"),
    [
        (audio_sync_pb2, ["Analyze", "EditMusic", "PlanCuts", "AlignMotion", "SyncTake", "Speak"]),
        (encoder_pb2, ["Encode", "FamilyEncode"]),
        (generator_pb2, ["Generate", "Render", "Transition", "Stills", "Measure"]),
    ],
)
def test_every_method_owns_the_request_of_its_name(protos: Any, methods: list[str]) -> None:
    (descriptor,) = protos.DESCRIPTOR.services_by_name.values()
    assert descriptor.full_name.startswith("onbeat.")
    names = [method.name for method in descriptor.methods if method.server_streaming]
    assert names == methods
    types = {f"{name}Request": type(f"{name}Request", (), {}) for name in names}
    found = described_service("audio_sync", descriptor, types, RpcSettings())
    assert [method.request.__name__ for method in found.methods] == list(types)
    assert all(method.deadline_seconds > 0 for method in found.methods)
