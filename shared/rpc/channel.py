"""Channels and ports: message sizes, keepalive, retries, TLS, the same at both ends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc

from shared.errors import InvalidInput, Unavailable
from shared.rpc.service import Service
from shared.rpc.settings import RpcSettings

# Digests and numbers: the request of a film of a thousand shots is 100 KiB.
MAX_MESSAGE_BYTES = 1 << 20
_SIZES = [
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
]


def open_channel(address: str, service: Service, settings: RpcSettings) -> grpc.aio.Channel:
    """A channel to "host:port"; nothing is sent before the first call.

    A lost connection is tried again twice a second. A call that no server has begun is sent
    again by gRPC itself; what had begun is for the caller to repeat.
    """
    config = {
        "methodConfig": [
            {
                "name": [{"service": service.full_name}],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
    }
    options = [
        *_SIZES,
        *_keepalive(settings),
        ("grpc.keepalive_permit_without_calls", 0),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 1000),
        ("grpc.max_reconnect_backoff_ms", 500),
        ("grpc.enable_retries", 1),
        ("grpc.service_config", json.dumps(config)),
    ]
    credentials = client_credentials(settings)
    if credentials is None:
        return grpc.aio.insecure_channel(address, options=options)
    return grpc.aio.secure_channel(address, credentials, options=options)


def client_credentials(settings: RpcSettings) -> grpc.ChannelCredentials | None:
    """What a client shows and trusts, None without TLS."""
    if settings.tls_ca is None:
        return None
    return grpc.ssl_channel_credentials(
        root_certificates=_pem(settings.tls_ca),
        private_key=_pem(settings.tls_key),
        certificate_chain=_pem(settings.tls_certificate),
    )


@asynccontextmanager
async def new_server(settings: RpcSettings) -> AsyncIterator[grpc.aio.Server]:
    """A server without ports or handlers; at the latest when the context ends it is stopped."""
    options = [
        *_SIZES,
        *_keepalive(settings),  # so that the work for a machine that is gone is stopped
        ("grpc.http2.min_ping_interval_without_data_ms", 5000),
        ("grpc.http2.max_ping_strikes", 0),
        ("grpc.so_reuseport", 0),  # else a second server on one port takes half of the calls
    ]
    server = grpc.aio.server(options=options)
    try:
        yield server
    finally:
        await server.stop(None)


def add_port(server: grpc.aio.Server, address: str, settings: RpcSettings) -> str:
    """Listen on "host:port" (0: any free port); returns the address with the port taken."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise InvalidInput(f"{address!r}: expected an address as in '127.0.0.1:7001'")
    try:
        if settings.tls_certificate is None:
            taken = server.add_insecure_port(address)
        else:
            pair = (_pem(settings.tls_key), _pem(settings.tls_certificate))
            credentials = grpc.ssl_server_credentials(
                [pair],
                root_certificates=_pem(settings.tls_ca),
                require_client_auth=settings.tls_ca is not None,
            )
            taken = server.add_secure_port(address, credentials)
    except RuntimeError as error:
        raise Unavailable(f"cannot listen on {address}: it is taken, or not ours") from error
    return f"{host}:{taken}"


def _keepalive(settings: RpcSettings) -> list[tuple[str, int]]:
    every_ms = round(settings.keepalive_seconds * 1000)
    return [
        ("grpc.keepalive_time_ms", every_ms),
        ("grpc.keepalive_timeout_ms", every_ms),
        # Without this one a ping that is not answered is waited for a minute.
        ("grpc.http2.ping_timeout_ms", every_ms),
        ("grpc.http2.max_pings_without_data", 0),
    ]


def _pem(path: Path | None) -> bytes | None:
    return path.read_bytes() if path is not None else None
