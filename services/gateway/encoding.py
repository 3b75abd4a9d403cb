"""Run encoders on one file, for whoever wants to see what they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest
from shared.brief import MediaKind
from shared.camera_motion import VIDEO_CAMERA
from shared.clip_samples import VIDEO_FACES, VIDEO_LABELS
from shared.condition import Manifest, Tensors, load_condition
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound, OnbeatError
from shared.observation import IMAGE_LOOK, IMAGE_STYLE, PROBE, VIDEO_LOOK, VIDEO_MOTION
from shared.recognition import (
    AUDIO_KIND,
    IMAGE_COMPOSITION,
    IMAGE_FACES,
    IMAGE_FEATURES,
    IMAGE_LABELS,
    TEXT_EMBEDDING,
    VIDEO_PICTURES,
    VIDEO_SHOTS,
    Labels,
    ShotPictures,
    TextEmbedding,
)
from shared.requests import EncodeRequest
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.similarity import prompt_similarities, prompt_similarity

ENCODERS = {
    MediaKind.TEXT: (TEXT_EMBEDDING,),
    MediaKind.IMAGE: (
        PROBE,
        IMAGE_STYLE,
        IMAGE_LOOK,
        IMAGE_FACES,
        IMAGE_FEATURES,
        IMAGE_LABELS,
        IMAGE_COMPOSITION,
    ),
    MediaKind.VIDEO: (
        PROBE,
        VIDEO_MOTION,
        VIDEO_LOOK,
        VIDEO_CAMERA,
        VIDEO_SHOTS,
        VIDEO_PICTURES,
        VIDEO_FACES,
        VIDEO_LABELS,
    ),
    MediaKind.AUDIO: (PROBE, AUDIO_KIND),
}
_NAMES = tuple(dict.fromkeys(name for names in ENCODERS.values() for name in names))
_TEXT_SUFFIXES = (".txt", ".md")


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What one encoder found, and where it is in the store."""

    digest: Digest
    manifest: Manifest
    tensors: Tensors


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A reference with all that was found, and how well a prompt fits it (-1..1 a picture)."""

    path: Path
    kind: MediaKind
    conditions: dict[str, Condition]
    similarities: tuple[float, ...] = ()


async def encode_reference(
    settings: Settings, path: Path, encoders: Sequence[str] = (), prompt: str | None = None
) -> Encoded:
    """Run encoders (default: all that fit) on a file, in the order given.

    `prompt` is compared with "image.labels" or "video.pictures". Raises `NotFound`,
    `InvalidInput` for what cannot be used or an encoder of another kind, `WeightsUnavailable`.
    """
    for name in encoders:
        if name not in _NAMES:
            raise InvalidInput(f"encoder {name!r} does not exist; expected {', '.join(_NAMES)}")
    async with embedded_runner(settings) as runner:
        blob, kind = await _take(runner, path)
        _check_kind(path, kind, encoders)
        wanted = list(encoders) or list(ENCODERS[kind])
        labels = {MediaKind.IMAGE: IMAGE_LABELS, MediaKind.VIDEO: VIDEO_PICTURES}.get(kind)
        if prompt is not None and labels is None:
            raise InvalidInput(f"{path}: a prompt is compared with pictures, found {kind.value}")
        if prompt is not None and labels not in wanted:
            wanted.append(str(labels))
        conditions = {}
        for name in wanted:
            conditions[name] = await _condition(runner, name, blob, path)
        similarities: tuple[float, ...] = ()
        if prompt is not None:
            similarities = await _similarities(runner, prompt, conditions[str(labels)])
        return Encoded(path, kind, conditions, similarities)


async def _take(runner: LocalRunner, path: Path) -> tuple[Digest, MediaKind]:
    if path.suffix.lower() not in _TEXT_SUFFIXES:
        taken = await ingest(runner, path)
        return taken.blob, taken.info.kind
    if not path.is_file():
        raise NotFound(f"{path}: no such file; expected a text")
    return runner.blobs.put_file(path), MediaKind.TEXT


def _check_kind(path: Path, kind: MediaKind, encoders: Sequence[str]) -> None:
    # The sound of a video may be listened to.
    fitting = ENCODERS[kind] + ((AUDIO_KIND,) if kind is MediaKind.VIDEO else ())
    for name in encoders:
        if name not in fitting:
            raise InvalidInput(
                f"{path}: {name} does not take {kind.value}; expected {', '.join(fitting)}"
            )


async def _condition(runner: LocalRunner, name: str, blob: Digest, path: Path) -> Condition:
    try:
        digest = await runner.run(EncodeRequest(name, blob), path.name)
    except InvalidInput as error:
        raise error.about(str(path)) from error
    except OnbeatError as error:
        raise error.about(name) from error
    return Condition(digest, *load_condition(runner.blobs, digest, name))


async def _similarities(runner: LocalRunner, prompt: str, pictures: Condition) -> tuple[float, ...]:
    blob = runner.blobs.put(prompt.encode())
    text = TextEmbedding.load(
        runner.blobs, await runner.run(EncodeRequest(TEXT_EMBEDDING, blob), "the prompt")
    )
    if pictures.manifest.encoder == IMAGE_LABELS:
        return (prompt_similarity(text, Labels.load(runner.blobs, pictures.digest)),)
    shots = ShotPictures.load(runner.blobs, pictures.digest)
    return tuple(float(value) for value in prompt_similarities(text, shots))
