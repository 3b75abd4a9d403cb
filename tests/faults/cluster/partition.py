"""A way to a server that can be cut without anybody being told: a partition, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

_CHUNK_BYTES = 64 << 10


class Way:
    """A TCP proxy to one address. While it is cut, bytes wait on both sides and nobody is refused.

    Connections that were open stay open, new ones are accepted and hear nothing, as behind a
    switch that drops packets; when it heals, all that waited goes on, as TCP sends it again.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._to = (host, int(port))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._open = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = self._call(self._listen())
        self.address = "{}:{}".format(*self._server.sockets[0].getsockname()[:2])

    def cut(self) -> None:
        """Let nothing through any more."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def heal(self) -> None:
        """Let everything through again."""
        self._loop.call_soon_threadsafe(self._open.set)

    def close(self) -> None:
        """End all connections and stop listening."""
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        self._open.set()
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        ends = [writer]
        try:
            await self._open.wait()
            there, back = await asyncio.open_connection(*self._to)
            ends.append(back)
            await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        except (OSError, asyncio.CancelledError):
            pass  # whoever is at the other end is told by the closing below
        finally:
            self._tasks.discard(task)
            for end in ends:
                end.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK_BYTES):
            await self._open.wait()
            writer.write(data)
            await writer.drain()
        await self._open.wait()  # that somebody has hung up is not heard either
        with contextlib.suppress(OSError):
            writer.write_eof()
