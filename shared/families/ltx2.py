"""LTX-2: video with its sound, from text, first and last frames, keyframes and clips to go on from.

Gemma's hidden states of a prompt are 385 MB; kept are the outputs of the text connectors, which is
all that the denoiser reads of a prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.cost import Cost, Stack
from shared.families.family import (
    FamilyShot,
    Model,
    Part,
    Picture,
    Task,
    check_shot,
    model_of,
)
from shared.families.grid import Grid
from shared.families.request import DType, FamilyEncodeRequest, Geometry, Source

TEXT, FRAMES = "ltx2.text", "ltx2.frames"
ENCODERS = (TEXT, FRAMES)
TOKEN_LENGTH = 1024
PADDING_SIDE = "left"
# Pictures are compressed as the model's training frames were; models on Gemma 4 take 18.
IMAGE_CRF = 33
MAX_KEYFRAMES = 8

_GEMMA, _CONNECTORS, _VAE = "ltx2-gemma3", "ltx2-connectors", "ltx2-vae"
_CONNECTOR_WIDTH = 3840
_AUDIO_TOKENS_PER_SECOND = 25
# Each token also passes two projections towards the other stream and two from it.
_VIDEO, _AUDIO = Stack(48, 4096, 16384, cross=4), Stack(48, 2048, 8192, cross=4)
_GRID = Grid(32, 32, 8, 128, 1920 * 1088, 481, Fraction(24))
# Latent frames that a continuation is decoded behind. This decoder looks ahead as well, so the
# pictures that were handed over come out nearly, not exactly, as they were.
_CONTEXT_FRAMES = 8
_MODELS = (
    Model(
        "ltx-2",
        "Lightricks/LTX-2",
        {
            Task.TEXT: {},
            Task.FIRST_FRAME: {Part.FIRST: (1, 1)},
            Task.FIRST_AND_LAST: {Part.FIRST: (1, 1), Part.LAST: (1, 1)},
            Task.KEYFRAMES: {Part.KEYFRAME: (1, MAX_KEYFRAMES)},
            Task.EXTEND: {Part.VIDEO: (1, 1), Part.LAST: (0, 1)},
            Task.CONTINUE: {Part.LAST: (0, 1)},
        },
        _GRID,
        (_VIDEO, _AUDIO),
        37.7,
        (_GEMMA, _CONNECTORS, _VAE),
        overlap_frames=2,
        context_frames=_CONTEXT_FRAMES,
    ),
)


class Ltx2:
    """The family of LTX-2, whose models make picture and sound together."""

    name = "ltx2"
    models: Mapping[str, Model] = MappingProxyType({model.name: model for model in _MODELS})

    def encode_requests(
        self, task: Task, shot: FamilyShot, geometry: Geometry
    ) -> dict[str, FamilyEncodeRequest]:
        """What must be encoded for a shot; see `Family`.

        "ltx2.cond.<i>" stand in the order of the shot's pictures, whose `latent_index` and
        `strength` the denoiser takes from the shot.
        """
        model = model_of(self, shot.model)
        check_shot(model, task, shot, geometry)
        _check_indices(model, shot, geometry)
        requests = {"ltx2.pos": _text(shot, shot.prompt)}
        if shot.negative is not None:
            requests["ltx2.neg"] = _text(shot, shot.negative)
        for index, picture in enumerate(shot.pictures):
            requests[f"ltx2.cond.{index}"] = _frames(model, shot, picture, geometry)
        return requests

    def cost(self, task: Task, shot: FamilyShot, geometry: Geometry, steps: int) -> Cost:
        """What the shot costs; each further kind of guidance adds a pass of its own."""
        model = model_of(self, shot.model)
        check_shot(model, task, shot, geometry)
        _, channels, frames, height, width = model.grid.latent_shape(geometry)
        cell = height * width
        video = frames * cell + sum(picture.latent_index != 0 for picture in shot.pictures) * cell
        audio = round(geometry.frames / geometry.frame_rate * _AUDIO_TOKENS_PER_SECOND)
        texts = 1 if shot.negative is None else 2
        size = 4 if shot.dtype is DType.FLOAT32 else 2
        text_bytes = texts * 2 * TOKEN_LENGTH * _CONNECTOR_WIDTH * size
        picture_bytes = len(shot.pictures) * channels * cell * size
        return Cost(
            petaflop_per_step=texts * (_VIDEO.operations(video) + _AUDIO.operations(audio)) / 1e15,
            steps=steps,
            weights_gb=model.weights_gb,
            conditions_mb=(text_bytes + picture_bytes) / 1e6,
        )


def _text(shot: FamilyShot, prompt: Digest) -> FamilyEncodeRequest:
    return FamilyEncodeRequest(
        encoder=TEXT,
        components=(_GEMMA, _CONNECTORS),
        sources=(Source(prompt),),
        dtype=shot.dtype,
        compute=shot.compute or DType.BFLOAT16,
        token_length=TOKEN_LENGTH,
        padding_side=PADDING_SIDE,
    )


def _frames(
    model: Model, shot: FamilyShot, picture: Picture, geometry: Geometry
) -> FamilyEncodeRequest:
    is_clip = picture.part is Part.VIDEO
    expected = MediaKind.VIDEO if is_clip else MediaKind.IMAGE
    if picture.source.kind is not expected:
        raise InvalidInput(
            f"{picture.part.value}: found a {picture.source.kind.value}; expected {expected.value}"
        )
    frames = shot.keep_frames if is_clip else 1
    # Latents are pasted into the result: they are kept in whatever the autoencoder works in.
    compute = shot.compute or shot.dtype
    rate = geometry.frame_rate if is_clip else model.grid.frame_rate  # a picture has none
    return FamilyEncodeRequest(
        encoder=FRAMES,
        components=(_VAE,),
        sources=(picture.source,),
        dtype=compute,
        compute=compute,
        geometry=Geometry(geometry.width, geometry.height, frames, rate),
        crf=None if is_clip else IMAGE_CRF,
    )


def _check_indices(model: Model, shot: FamilyShot, geometry: Geometry) -> None:
    count = model.grid.latent_frames(geometry.frames)
    for picture in shot.pictures:
        if not -count <= picture.latent_index < count:
            raise InvalidInput(
                f"{picture.part.value} at latent frame {picture.latent_index}; expected "
                f"{-count} to {count - 1}"
            )


LTX2 = Ltx2()
