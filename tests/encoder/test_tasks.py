"""The encoder's workers behind its server: a prompt goes by gRPC, the queue and back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.encoder.server import NAME
from services.encoder.tasks import main
from services.gateway.embedded import embedded_runner
from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families import wan
from shared.families.request import DType, FamilyEncodeRequest, Source
from shared.observation import IMAGE_LOOK
from shared.requests import EncodeRequest
from shared.runner import Runner
from shared.settings import Settings
from tests.contract.queues import AMQP
from tests.contract.servers import ROOT, ServerProcess, start
from tests.contract.workers import own_queues, start_worker
from tests.encoder.families import tiny
from tests.encoder.opened import opens_of

QUEUE = "encode.wan"
COMPONENT = "wan-umt5-xxl"
PROMPTS = ("waves in fog", "a brass band at dawn", "rain")


@dataclass(frozen=True)
class Place:
    """A server that encodes no prompt itself, and the one worker of its queue."""

    server: ServerProcess
    store: Path


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real class of Wan's text encoder, small, pinned as its publisher's is."""
    root = tmp_path_factory.mktemp("weights")
    tiny.umt5().save_pretrained(root / COMPONENT / "text_encoder")
    tokenizer = root / COMPONENT / "tokenizer"
    tiny.tokenizer(tokenizer, eos=True, padding_side="right", max_length=512)
    tiny.write_sums(root / COMPONENT)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ONBEAT_WEIGHTS", str(root))
        yield root


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Iterator[Place]:
    store = tmp_path_factory.mktemp("queued") / "store"
    with own_queues(QUEUE) as prefix:
        server = start(store, "services.encoder.server", BROKER=AMQP, QUEUE_PREFIX=prefix)
        worker = start_worker("services.encoder.tasks", [QUEUE], store, {"QUEUE_PREFIX": prefix})
        yield Place(server, store)
        assert worker.stop() == 0
        assert server.stop() == 0


def asked(runner: Runner, prompt: str, **changes: object) -> FamilyEncodeRequest:
    source = Source(runner.blobs.put(prompt.encode()), MediaKind.TEXT)
    values = {"components": (COMPONENT,), "sources": (source,), "token_length": 512, **changes}
    return FamilyEncodeRequest(
        wan.TEXT,
        dtype=DType.FLOAT32,
        compute=DType.FLOAT32,
        **values,  # type: ignore[arg-type]
    )


async def test_what_a_worker_encodes_is_what_is_encoded_here_and_it_loads_once(
    place: Place, weights: Path, tmp_path: Path
) -> None:
    found: list[list[Digest]] = []
    there = Settings(place.store, workers=1, addresses={NAME: place.server.address})
    model = weights / COMPONENT / "text_encoder" / "model.safetensors"
    opened = []
    for settings in (there, Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            with opens_of(model) as count:
                found.append([])
                for prompt in PROMPTS:
                    found[-1].append(await runner.run(asked(runner, prompt)))
                    opened.append(count())
    assert found[0] == found[1]
    assert len(set(found[0])) == len(PROMPTS)
    # The worker's process has checked and loaded it for the first prompt, and keeps it.
    assert opened[0] >= 1
    assert opened[1:3] == [0, 0]


async def test_the_server_itself_reads_references(place: Place, tmp_path: Path) -> None:
    from tests.e2e.sources import write_photo

    write_photo(tmp_path / "photo.jpg", (160, 120), 1)
    there = Settings(place.store, workers=1, addresses={NAME: place.server.address})
    async with embedded_runner(there) as runner:
        request = EncodeRequest(IMAGE_LOOK, runner.blobs.put_file(tmp_path / "photo.jpg"))
        await runner.run(request)
        with pytest.raises(InvalidInput, match=r"'horoscope\.text' does not exist"):
            await runner.run(
                FamilyEncodeRequest("horoscope.text", (), (), DType.FLOAT32, DType.FLOAT32)
            )


async def test_a_workers_refusal_arrives_in_its_words(place: Place, tmp_path: Path) -> None:
    there = Settings(place.store, workers=1, addresses={NAME: place.server.address})
    said = []
    for settings in (there, Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            text = Source(runner.blobs.put(b"\xff\xfe\xfd"), MediaKind.TEXT)
            request = asked(runner, "", sources=(text,))
            with pytest.raises(InvalidInput, match="UTF-8") as caught:
                await runner.run(request)
            said.append(caught.value.message)
    assert said[0] == said[1]


def test_it_names_its_queues(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--queues", "generate.wan"]) == 2
    assert "expected some of encode.wan, encode.ltx2" in capsys.readouterr().err


def test_naming_it_loads_no_celery_and_no_torch() -> None:
    code = (
        "import sys, services.encoder.tasks; "
        "sys.exit(bool({'celery', 'torch', 'grpc'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
