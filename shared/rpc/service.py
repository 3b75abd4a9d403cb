"""What a service offers: its methods, each with the request that it owns and its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import ServiceDescriptor

from shared.errors import InvalidInput
from shared.protos import actions_pb2, audio_sync_pb2, encoder_pb2, generator_pb2
from shared.rpc.settings import RpcSettings

_DESCRIPTORS: Mapping[str, ServiceDescriptor] = {
    "audio_sync": audio_sync_pb2.DESCRIPTOR.services_by_name["AudioSyncService"],
    "encoder": encoder_pb2.DESCRIPTOR.services_by_name["EncoderService"],
    "generator": generator_pb2.DESCRIPTOR.services_by_name["GeneratorService"],
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method that performs actions."""

    name: str
    request: type
    deadline_seconds: float


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its short name ("audio_sync") and its full one in the protos."""

    name: str
    full_name: str
    methods: tuple[Method, ...]

    def method_of(self, request: type) -> Method:
        """The method that owns a type of request; raises `InvalidInput`."""
        for method in self.methods:
            if method.request is request:
                return method
        raise InvalidInput(f"{self.name} does not perform {request.__name__}")


def known_service(name: str, requests: Mapping[str, type], settings: RpcSettings) -> Service:
    """A service of the protos; methods whose request is not among `requests` are left out."""
    return described_service(name, _DESCRIPTORS[name], requests, settings)


def described_service(
    name: str, descriptor: ServiceDescriptor, requests: Mapping[str, type], settings: RpcSettings
) -> Service:
    """What a proto says of a service; `requests` are the request types by their name."""
    methods = []
    for method in descriptor.methods:
        extensions: Any = method.GetOptions().Extensions
        request = requests.get(extensions[actions_pb2.request_type])
        if request is not None:
            own = extensions[actions_pb2.deadline_seconds]
            deadline = settings.deadline_seconds.get(method.name, own)
            methods.append(Method(method.name, request, deadline))
    return Service(name, descriptor.full_name, tuple(methods))
