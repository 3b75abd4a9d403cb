"""One real server for all tests of the façade, and one video that OpenAI's own SDK made on it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from openai.types import Video
from PIL import Image

from services.gateway.api.services import Services, open_services
from shared.settings import Settings
from tests.gateway.api.conftest import Server, serving

PROMPT = "neon rain over a sleeping city"


@pytest.fixture(autouse=True)
def _sora_is_deprecated() -> Iterator[None]:
    """The SDK says of every method that Sora is shut down; that is why there is this façade."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield


@pytest.fixture(scope="session")
def videos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key."""
    with serving(tmp_path_factory.mktemp("videos") / "store") as started:
        yield started


@pytest.fixture(scope="session")
def sdk(videos_server: Server) -> Iterator[openai.OpenAI]:
    """OpenAI's SDK, pointed at the server; it does not try again by itself."""
    base = f"{videos_server.address}/v1"
    with openai.OpenAI(api_key=videos_server.key, base_url=base, max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
def http(videos_server: Server) -> Iterator[httpx.Client]:
    """For what the SDK cannot send, and what other versions of it do."""
    with videos_server.client() as client:
        yield client


@pytest.fixture(scope="session")
def drawn(sdk: openai.OpenAI) -> Video:
    """A video of a bare prompt, made to its end."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        video = sdk.videos.create_and_poll(
            prompt=PROMPT,
            model="sora-2",
            seconds="1",  # type: ignore[arg-type]
            size="128x72",  # type: ignore[arg-type]
        )
    assert video.status == "completed", video
    return video


@pytest.fixture(scope="session")
def clip(sdk: openai.OpenAI, drawn: Video) -> bytes:
    """The file of that video."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        return sdk.videos.download_content(drawn.id).content


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """The service layer over an empty store, without a server."""
    opened = open_services(Settings(tmp_path / "services"))
    yield opened
    opened.database.dispose()


def picture() -> bytes:
    """A small PNG."""
    buffer = io.BytesIO()
    Image.effect_noise((160, 96), 90).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()
