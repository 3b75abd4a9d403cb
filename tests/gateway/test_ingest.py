"""Files become references by their content, with handles of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import av
import pytest

from services.gateway import ingest as ingesting
from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import Ingested, IngestedBrief, ingest, ingest_brief
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Role
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound, OnbeatError, Unavailable
from shared.runner import Runner
from tests.gateway.conftest import Played


def take(played: Played, path: Path) -> Ingested:
    async def run() -> Ingested:
        async with embedded_runner(played.settings) as runner:
            return await ingest(runner, path)

    return asyncio.run(run())


def take_all(played: Played, paths: list[Path]) -> list[Ingested]:
    async def run() -> list[Ingested]:
        async with embedded_runner(played.settings) as runner:
            return await asyncio.gather(*(ingest(runner, path) for path in paths))

    return asyncio.run(run())


def write_sound(path: Path, codec: str) -> Path:
    """A second of silence."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=44_100, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.bit_rate = 128_000
        frame = av.AudioFrame("s16", "stereo", 44_100)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = 44_100
        resampler = av.AudioResampler(
            stream.format.name, "stereo", 44_100, stream.codec_context.frame_size or None
        )
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def rewrap(clip: Path, path: Path) -> Path:
    """The same pictures in another container."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as container:
        stream = container.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                container.mux(packet)
    return path


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


def test_files_with_their_own_names_are_accepted(played: Played, tmp_path: Path) -> None:
    sounds = {"a.caf": "pcm_s16le", "a.w64": "pcm_s16le", "a.m4b": "aac", "a.mp2": "mp2"}
    sounds |= {"a.mka": "aac", "a.wma": "wmav2", "a.mkv": "aac", "a.mov": "aac"}
    paths = [write_sound(tmp_path / name, codec) for name, codec in sounds.items()]
    for name in ("b.flv", "b.wmv", "b.asf"):
        paths.append(rewrap(played.sources.clips[0], tmp_path / name))
    paths.append(tmp_path / "c.jfif")
    paths[-1].write_bytes(played.sources.photos[0].read_bytes())
    names = {item.path.name: item.info.kind for item in take_all(played, paths)}
    assert names.pop("c.jfif") is MediaKind.IMAGE
    for name, kind in names.items():
        assert kind is (MediaKind.AUDIO if name in sounds else MediaKind.VIDEO), name


def test_a_wrong_name_is_refused_with_those_of_its_content(played: Played, tmp_path: Path) -> None:
    path = tmp_path / "clip.gif"
    path.write_bytes(played.sources.clips[0].read_bytes())
    with pytest.raises(InvalidInput, match=r"named \.gif, but .* mp4 video; .* in \.mp4, \.mov"):
        take(played, path)


def test_a_song_that_is_too_long_to_be_heard(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingesting, "MAX_SOUND_SECONDS", 6)
    with pytest.raises(InvalidInput, match=r"song\.wav: 0\.1 minutes long; expected .* at most 0"):
        take_brief(played, BriefSpec(song=played.sources.song))


class BrokenStore(MemoryBlobs):
    """A store that answers every file with one error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def put_file(self, path: Path) -> Digest:
        raise self._error


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (PermissionError(13, "Permission denied"), InvalidInput, "a.mp4: cannot be read: Perm"),
        (Unavailable("the store is full"), Unavailable, "the store is full"),
    ],
)
async def test_a_full_store_is_not_the_files_fault(
    tmp_path: Path, error: Exception, kind: type[OnbeatError], message: str
) -> None:
    (tmp_path / "a.mp4").write_text("x")
    runner = SimpleNamespace(blobs=BrokenStore(error))
    with pytest.raises(kind) as caught:
        await ingest(cast(Runner, runner), tmp_path / "a.mp4")
    assert caught.value.message.removeprefix(f"{tmp_path}/").startswith(message)


def test_an_upper_case_extension_is_an_extension(played: Played, tmp_path: Path) -> None:
    path = tmp_path / "PHOTO.JPG"
    path.write_bytes(played.sources.photos[0].read_bytes())
    assert take(played, path).info.kind is MediaKind.IMAGE
