from __future__ import annotations

from pathlib import Path

from shared.queue.handing import queue_runner
from shared.queue.settings import QueueSettings
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed


async def test_what_the_settings_do_not_hand_over_needs_no_broker(tmp_path: Path) -> None:
    nowhere = QueueSettings("amqp://127.0.0.1:1//", ("generate.*",))
    settings = Settings(tmp_path / "store", workers=1)
    async with queue_runner(settings, REGISTRY, nowhere, lambda _: "render") as runner:
        assert runner.blobs.read(await runner.run(Deed("here"))) == b"here"
