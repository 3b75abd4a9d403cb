"""`python -m shared.rpc.health HOST:PORT`: whether a service is serving, for containers' checks."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from shared.rpc.channel import client_credentials
from shared.rpc.settings import RpcSettings

_SECONDS = 3.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask a service how it is; 0 if it serves, 1 if not or nobody answers, 2 without an address."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if len(words) != 1:
        print("usage: python -m shared.rpc.health HOST:PORT", file=sys.stderr)
        return 2
    credentials = client_credentials(RpcSettings.from_environment())
    channel = grpc.insecure_channel(words[0])
    if credentials is not None:
        channel = grpc.secure_channel(words[0], credentials)
    with channel:
        try:
            stub = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=_SECONDS)
        except grpc.RpcError as error:
            print(f"{words[0]}: {error.code().name}", file=sys.stderr)
            return 1
    return 0 if answer.status == health_pb2.HealthCheckResponse.SERVING else 1


if __name__ == "__main__":
    sys.exit(main())
