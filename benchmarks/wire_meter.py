"""A connection between client and service that counts the bytes which pass, framing included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Meter:
    """`address` is where to connect; `num_bytes` what has passed so far, both ways together."""

    address: str = ""
    num_bytes: int = 0


@asynccontextmanager
async def metered(service: str) -> AsyncIterator[Meter]:
    """A meter before the service at "host:port"."""
    meter = Meter()
    host, _, port = service.rpartition(":")

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                meter.num_bytes += len(data)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        await asyncio.gather(forward(reader, back), forward(there, writer))

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    try:
        meter.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield meter
    finally:
        server.close()
