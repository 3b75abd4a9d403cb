"""Files become references by their content, with handles of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import Ingested, IngestedBrief, ingest, ingest_brief
from shared.brief import MediaKind, Role
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from tests.gateway.conftest import Played


def take(played: Played, path: Path) -> Ingested:
    async def run() -> Ingested:
        async with embedded_runner(played.settings) as runner:
            return await ingest(runner, path)

    return asyncio.run(run())


def take_brief(played: Played, spec: BriefSpec) -> IngestedBrief:
    async def run() -> IngestedBrief:
        async with embedded_runner(played.settings) as runner:
            return await ingest_brief(runner, spec)

    return asyncio.run(run())


def test_a_file_is_stored_whole_and_known_by_its_content(played: Played) -> None:
    taken = take(played, played.sources.clips[0])
    assert taken.blob == Digest.of_file(played.sources.clips[0])
    assert played.blobs.contains(taken.blob)
    assert (taken.info.kind, taken.info.width, taken.info.height) == (MediaKind.VIDEO, 320, 180)


def test_handles_are_given_in_order_by_kind(played: Played) -> None:
    references = played.ingested.brief.references
    assert [r.handle for r in references] == ["video1", "video2", "image1", "image2"]
    assert played.ingested.brief.song is not None
    assert played.ingested.brief.song.roles == (Role.RHYTHM,)


def test_a_given_handle_is_kept_and_never_given_twice(played: Played) -> None:
    clip, photo = played.sources.clips[0], played.sources.photos[0]
    spec = BriefSpec(references=(ReferenceSpec(photo, "video1"), ReferenceSpec(clip)))
    handles = [r.handle for r in take_brief(played, spec).brief.references]
    assert handles == ["video1", "video2"]
    twice = BriefSpec(references=(ReferenceSpec(photo, "a"), ReferenceSpec(clip, "a")))
    with pytest.raises(InvalidInput, match="'a' is given to more than one"):
        take_brief(played, twice)


def test_a_missing_file_is_noticed_before_anything_is_copied(
    played: Played, tmp_path: Path
) -> None:
    large = tmp_path / "large.mp4"
    large.write_bytes(b"x" * 1_000_000)
    spec = BriefSpec(references=(ReferenceSpec(large), ReferenceSpec(tmp_path / "gone.mp4")))
    with pytest.raises(NotFound, match=r"gone\.mp4: no such file"):
        take_brief(played, spec)
    assert not played.blobs.contains(Digest.of_file(large))


def test_an_error_names_the_file(played: Played, tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("hello " * 100)
    with pytest.raises(InvalidInput, match=r"notes\.mp4: .*(expected|accepted)"):
        take(played, path)


def test_an_upper_case_extension_is_an_extension(played: Played, tmp_path: Path) -> None:
    path = tmp_path / "PHOTO.JPG"
    path.write_bytes(played.sources.photos[0].read_bytes())
    assert take(played, path).info.kind is MediaKind.IMAGE
