"""Wan 2.1 and 2.2: text, first frame, first and last, and VACE's references, control and masks."""

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
    Task,
    check_shot,
    condition_dtype,
    model_of,
)
from shared.families.grid import Grid
from shared.families.request import DType, FamilyEncodeRequest, Fit, Geometry, Source

TEXT, CLIP, I2V, VACE, REFERENCE = "wan.text", "wan.clip", "wan.i2v", "wan.vace", "wan.reference"
VIDEO = "wan.video"
ENCODERS = (TEXT, CLIP, I2V, VACE, REFERENCE, VIDEO)
TOKEN_LENGTH = 512
MAX_REFERENCES = 4

_UMT5, _CLIP_H, _VAE_21, _VAE_22 = "wan-umt5-xxl", "wan-clip-h", "wan-vae-2.1", "wan-vae-2.2"
_480P, _720P = 832 * 480, 1280 * 720
_TEXT_TASK: Mapping[Part, tuple[int, int]] = {}
_FIRST = {Part.FIRST: (1, 1)}
_FIRST_LAST = {Part.FIRST: (1, 1), Part.LAST: (1, 1)}
_MORE = (0, MAX_REFERENCES)
_VACE_TASKS = {
    Task.TEXT: _TEXT_TASK,
    Task.REFERENCES: {Part.SUBJECT: (1, MAX_REFERENCES)},
    Task.CONTROL: {Part.VIDEO: (1, 1), Part.SUBJECT: _MORE},
    Task.MASKED: {Part.VIDEO: (1, 1), Part.MASK: (1, 1), Part.SUBJECT: _MORE},
    Task.OUTPAINT: {Part.VIDEO: (1, 1), Part.SUBJECT: _MORE},
    Task.EXTEND: {Part.VIDEO: (1, 1), Part.SUBJECT: _MORE},
    Task.CONTINUE: {Part.SUBJECT: _MORE},
}
# Latent frames that a film's continuation is decoded behind: the decoder of Wan looks back over
# about 38, so that beyond these no bit of a picture hangs on what came before.
_CONTEXT_FRAMES = 48
# A second of the earlier shot, as VACE extends clips.
_VACE_OVERLAP = 4


def _grid(max_pixels: int) -> Grid:
    return Grid(16, 8, 4, 16, max_pixels, 81, Fraction(16))


_GRID_5B = Grid(32, 16, 4, 48, 1280 * 704, 121, Fraction(24))
# Layers, channels and feed-forward of the published configurations.
_1B = Stack(30, 1536, 8960)
_14B = Stack(40, 5120, 13824)
_5B = Stack(30, 3072, 14336)
_VACE_1B, _VACE_14B = Stack(15, 1536, 8960), Stack(8, 5120, 13824)
_PLAIN = (_UMT5, _VAE_21)
_MODELS = (
    Model(
        "wan2.1-t2v-1.3b", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers",
        {Task.TEXT: _TEXT_TASK}, _grid(_480P), (_1B,), 2.8, _PLAIN,
    ),
    Model(
        "wan2.1-t2v-14b", "Wan-AI/Wan2.1-T2V-14B-Diffusers",
        {Task.TEXT: _TEXT_TASK}, _grid(_720P), (_14B,), 28.6, _PLAIN,
    ),
    Model(
        "wan2.1-i2v-14b-480p", "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers",
        {Task.FIRST_FRAME: _FIRST}, _grid(_480P), (_14B,), 32.8, (*_PLAIN, _CLIP_H),
    ),
    Model(
        "wan2.1-i2v-14b-720p", "Wan-AI/Wan2.1-I2V-14B-720P-Diffusers",
        {Task.FIRST_FRAME: _FIRST}, _grid(_720P), (_14B,), 32.8, (*_PLAIN, _CLIP_H),
    ),
    Model(
        "wan2.1-flf2v-14b-720p", "Wan-AI/Wan2.1-FLF2V-14B-720P-diffusers",
        {Task.FIRST_AND_LAST: _FIRST_LAST}, _grid(_720P), (_14B,), 32.8, (*_PLAIN, _CLIP_H),
    ),
    Model(
        "wan2.1-vace-1.3b", "Wan-AI/Wan2.1-VACE-1.3B-diffusers",
        _VACE_TASKS, _grid(_480P), (_1B, _VACE_1B), 4.3, _PLAIN,
        overlap_frames=_VACE_OVERLAP, context_frames=_CONTEXT_FRAMES,
    ),
    Model(
        "wan2.1-vace-14b", "Wan-AI/Wan2.1-VACE-14B-diffusers",
        _VACE_TASKS, _grid(_720P), (_14B, _VACE_14B), 34.7, _PLAIN,
        overlap_frames=_VACE_OVERLAP, context_frames=_CONTEXT_FRAMES,
    ),
    Model(
        "wan2.2-t2v-a14b", "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
        {Task.TEXT: _TEXT_TASK}, _grid(_720P), (_14B,), 28.6, _PLAIN, experts=2,
    ),
    Model(
        "wan2.2-i2v-a14b", "Wan-AI/Wan2.2-I2V-A14B-Diffusers",
        {Task.FIRST_FRAME: _FIRST, Task.FIRST_AND_LAST: _FIRST_LAST},
        _grid(_720P), (_14B,), 28.6, _PLAIN, experts=2,
    ),
    Model(
        "wan2.2-ti2v-5b", "Wan-AI/Wan2.2-TI2V-5B-Diffusers",
        {Task.TEXT: _TEXT_TASK, Task.FIRST_FRAME: _FIRST, Task.CONTINUE: _TEXT_TASK},
        _GRID_5B, (_5B,), 10.0, (_UMT5, _VAE_22), keeps_float32=True,
        context_frames=_CONTEXT_FRAMES,
    ),
    Model(
        "lucy-edit-dev", "decart-ai/Lucy-Edit-Dev",
        {Task.INSTRUCT: {Part.VIDEO: (1, 1)}},
        _GRID_5B, (_5B,), 10.0, (_UMT5, _VAE_22), keeps_float32=True,
    ),
)  # fmt: skip


class Wan:
    """The family of Wan's text, image and VACE models."""

    name = "wan"
    models: Mapping[str, Model] = MappingProxyType({model.name: model for model in _MODELS})

    def encode_requests(
        self, task: Task, shot: FamilyShot, geometry: Geometry
    ) -> dict[str, FamilyEncodeRequest]:
        """What must be encoded for a shot; see `Family`."""
        model = model_of(self, shot.model)
        check_shot(model, task, shot, geometry)
        requests = {"text.pos": _text(shot, shot.prompt)}
        if shot.negative is not None:
            requests["text.neg"] = _text(shot, shot.negative)
        if task in (Task.FIRST_FRAME, Task.FIRST_AND_LAST):
            requests |= _from_frames(model, shot, geometry)
        elif task is Task.INSTRUCT:
            requests["edit.video"] = _video(model, shot, geometry)
        elif model.tasks is _VACE_TASKS:
            requests |= _vace(model, task, shot, geometry)
        return requests

    def cost(self, task: Task, shot: FamilyShot, geometry: Geometry, steps: int) -> Cost:
        """What the shot costs to generate; references lengthen what is denoised."""
        model = model_of(self, shot.model)
        check_shot(model, task, shot, geometry)
        _, channels, latent_frames, height, width = model.grid.latent_shape(geometry)
        extra = len(shot.sources(Part.SUBJECT))
        tokens = (latent_frames + extra) * (height // 2) * (width // 2)
        passes = 1 if shot.negative is None else 2
        operations = passes * sum(stack.operations(tokens) for stack in model.stacks)
        return Cost(
            petaflop_per_step=operations / 1e15,
            steps=steps,
            weights_gb=model.weights_gb * model.experts,
            conditions_mb=_condition_bytes(model, task, shot, geometry, channels) / 1e6,
        )


def _text(shot: FamilyShot, prompt: Digest) -> FamilyEncodeRequest:
    return FamilyEncodeRequest(
        encoder=TEXT,
        components=(_UMT5,),
        sources=(Source(prompt),),
        dtype=shot.dtype,
        compute=shot.compute or DType.BFLOAT16,
        token_length=TOKEN_LENGTH,
    )


def _from_frames(
    model: Model, shot: FamilyShot, geometry: Geometry
) -> dict[str, FamilyEncodeRequest]:
    pictures = _images((*shot.sources(Part.FIRST), *shot.sources(Part.LAST)))
    requests = {}
    if _CLIP_H in model.components:
        requests["image.clip"] = FamilyEncodeRequest(
            encoder=CLIP,
            components=(_CLIP_H,),
            sources=pictures,
            dtype=shot.dtype,
            compute=shot.compute or DType.FLOAT32,
        )
    # The 5B model denoises around the first frame's own latent; the length does not matter to it.
    frames = 1 if model.keeps_float32 else geometry.frames
    requests["i2v.cond"] = FamilyEncodeRequest(
        encoder=I2V,
        components=(model.autoencoder,),
        sources=pictures,
        dtype=condition_dtype(model, shot),
        compute=DType.FLOAT32,
        geometry=Geometry(geometry.width, geometry.height, frames, model.grid.frame_rate),
        fit=_fit(shot),
    )
    return requests


def _video(model: Model, shot: FamilyShot, geometry: Geometry) -> FamilyEncodeRequest:
    return FamilyEncodeRequest(
        encoder=VIDEO,
        components=(model.autoencoder,),
        sources=shot.sources(Part.VIDEO),
        dtype=condition_dtype(model, shot),
        compute=DType.FLOAT32,
        geometry=geometry,
        fit=_fit(shot),
    )


def _vace(
    model: Model, task: Task, shot: FamilyShot, geometry: Geometry
) -> dict[str, FamilyEncodeRequest]:
    fit = Fit.PAD if task is Task.OUTPAINT else _fit(shot)
    sources = (*shot.sources(Part.VIDEO), *shot.sources(Part.MASK))
    common = {
        "components": (model.autoencoder,),
        "dtype": condition_dtype(model, shot),
        "compute": DType.FLOAT32,
    }
    requests = {
        "vace.video": FamilyEncodeRequest(
            encoder=VACE,
            sources=sources,
            geometry=geometry,
            fit=fit if sources else None,
            keep_frames=shot.keep_frames,
            **common,  # type: ignore[arg-type]
        )
    }
    for index, source in enumerate(_images(shot.sources(Part.SUBJECT))):
        requests[f"vace.ref.{index}"] = FamilyEncodeRequest(
            encoder=REFERENCE,
            sources=(source,),
            geometry=Geometry(geometry.width, geometry.height, 1, model.grid.frame_rate),
            **common,  # type: ignore[arg-type]
        )
    return requests


def _fit(shot: FamilyShot) -> Fit:
    if shot.fit is Fit.PAD:
        raise InvalidInput("fit pad: expected crop or stretch; outpaint pads")
    return shot.fit


def _images(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    for source in sources:
        if source.kind is not MediaKind.IMAGE:
            raise InvalidInput(f"found a {source.kind.value} as a frame; expected an image")
    return sources


def _condition_bytes(
    model: Model, task: Task, shot: FamilyShot, geometry: Geometry, channels: int
) -> float:
    _, _, frames, height, width = model.grid.latent_shape(geometry)
    cell, size = height * width, 4 if model.keeps_float32 or shot.dtype is DType.FLOAT32 else 2
    texts = (1 + (shot.negative is not None)) * TOKEN_LENGTH * 4096 * size
    total = float(texts)
    if task in (Task.FIRST_FRAME, Task.FIRST_AND_LAST):
        total += channels * (1 if model.keeps_float32 else frames) * cell * size
        if _CLIP_H in model.components:
            total += (1 + (task is Task.FIRST_AND_LAST)) * 257 * 1280 * size
    elif task is Task.INSTRUCT:
        total += channels * frames * cell * size
    elif model.tasks is _VACE_TASKS:
        total += 2 * channels * frames * cell * size + 64 * frames * cell / 8
        total += len(shot.sources(Part.SUBJECT)) * channels * cell * size
    return total


WAN = Wan()
