"""What is asked of a model family's denoiser: conditions by digest, numbers and settings.

A take is made by a chain of actions, each with a key of its own: `DenoiseRequest` for every few
steps, whose result is the state that the next one goes on from, then `DecodeRequest`. A process
that dies loses the steps since the last state; what goes on is bit-equal, because the chain is the
same whoever runs it. All of them hold the `DiffusionRequest`, so that consent is asked for each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from shared.digest import Digest, added
from shared.families.family import FamilyShot, Task
from shared.families.request import Geometry, Source


class Sampler(StrEnum):
    """Who takes the steps: as the checkpoint was published, or by name."""

    PUBLISHED = "published"
    EULER = "flow_match_euler"
    UNIPC = "unipc_multistep"


class Attention(StrEnum):
    """Which kernels compute attention; they differ in the last bits."""

    NATIVE = "native"
    FLASH = "flash"
    FLASH_3 = "_flash_3"
    FLEX = "flex"
    SAGE = "sage"
    XFORMERS = "xformers"


@dataclass(frozen=True, slots=True)
class Guidance:
    """How firmly the prompts are followed; 1 is no guidance, and then there is no negative.

    `low_noise_scale` is for the second expert of Wan 2.2 (None: as `scale`). The others are for
    LTX-2: `audio_scale` (None: as `scale`), `perturbed_scale` away from a pass without attention in
    `perturbed_blocks` (0: none; Hyung et al., "Spatiotemporal Skip Guidance", 2024),
    `modality_scale` away from picture and sound on their own (1: none), and `rescale` 0..1 back to
    the spread of the unguided (Lin et al., "Common Diffusion Noise Schedules", 2023).
    """

    scale: float = 5.0
    low_noise_scale: float | None = None
    audio_scale: float | None = None
    perturbed_scale: float = 0.0
    perturbed_blocks: tuple[int, ...] = ()
    modality_scale: float = 1.0
    rescale: float = 0.0

    @property
    def is_guided(self) -> bool:
        """Whether a negative prompt is denoised beside the prompt."""
        return self.scale > 1 or (self.audio_scale or 0) > 1

    def changed(self, **values: float | tuple[int, ...] | None) -> Guidance:
        """The same with some values replaced; None leaves a value as it is."""
        given = {name: value for name, value in values.items() if value is not None}
        return replace(self, **given)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Lora:
    """Low-rank weights (safetensors, in the store) that act beside the denoiser's at `scale`.

    `expert` is which of two experts they are for: 0 the one for much noise, 1 the other; None both.
    """

    weights: Digest
    scale: float = 1.0
    expert: int | None = added(None)


@dataclass(frozen=True, slots=True)
class Speedups:
    """What makes steps faster at the price of other bits.

    `is_compiled` compiles the repeated blocks. `first_block_threshold` leaves a step's other blocks
    out while its first one changes by less (None: never; ParaAttention's first block cache);
    the cache begins anew after every stored state.
    """

    attention: Attention = Attention.NATIVE
    is_compiled: bool = False
    first_block_threshold: float | None = None


@dataclass(frozen=True, slots=True)
class BundleCondition:
    """One condition of a shot: its name in the bundle ("text.pos"), and its manifest's digest."""

    name: str
    manifest: Digest


@dataclass(frozen=True, slots=True)
class DiffusionRequest:
    """Everything that decides the latents of one take.

    `shot` says what the conditions must have been made from, `conditions` are in the order of their
    names. `geometry` is on the model's grid. `shift` of the noise schedule is the published one if
    None; `control_scale` weighs VACE's control. A state is kept every `checkpoint_steps`.
    """

    VERSION: ClassVar[int] = 1

    task: Task
    shot: FamilyShot
    geometry: Geometry
    conditions: tuple[BundleCondition, ...]
    seed: int
    steps: int
    guidance: Guidance = Guidance()
    sampler: Sampler = Sampler.PUBLISHED
    shift: float | None = None
    control_scale: float = 1.0
    loras: tuple[Lora, ...] = ()
    speedups: Speedups = Speedups()
    checkpoint_steps: int = 10


@dataclass(frozen=True, slots=True)
class DenoiseRequest:
    """Take the steps from `first_step` on, to the next checkpoint or to the end.

    `state` is the result of the request before, None for the first. The result is the manifest of
    a state, the last one's of the latents.
    """

    VERSION: ClassVar[int] = 1

    diffusion: DiffusionRequest
    first_step: int
    state: Digest | None

    @property
    def end_step(self) -> int:
        """The step after the last one taken."""
        asked = self.diffusion
        return min(self.first_step + asked.checkpoint_steps, asked.steps)


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """Turn latents into a source clip, looked through for what a failed take shows.

    `is_tiled` decodes in tiles, which needs less memory and gives other bits. The result is a
    `shared.take.Take`.
    """

    VERSION: ClassVar[int] = 1

    diffusion: DiffusionRequest
    latents: Digest
    is_tiled: bool = False


@dataclass(frozen=True, slots=True)
class HandoverRequest:
    """Hand latents of a take over to a shot that goes on from it: `frames` from `first_frame` on.

    At most `before` latent frames that stand before them go along for the decoder. The result is a
    manifest that is named by what is in it alone: a take that was made in another way and came out
    with the same bits there hands over the same.
    """

    VERSION: ClassVar[int] = 1

    diffusion: DiffusionRequest
    latents: Digest
    first_frame: int
    frames: int
    before: int


_OF_A_TAKE = (DenoiseRequest, DecodeRequest, HandoverRequest)


def diffusion_of(request: object) -> DiffusionRequest | None:
    """What a request of a take's chain asks for; None for other requests."""
    if isinstance(request, DiffusionRequest):
        return request
    return request.diffusion if isinstance(request, _OF_A_TAKE) else None


def shown_by(request: DiffusionRequest) -> tuple[Source, ...]:
    """The references that a take shows, its own and those of what it goes on from, each once."""
    taken = request.shot.handover.shown if request.shot.handover else ()
    own = (picture.source for picture in request.shot.pictures)
    return tuple(dict.fromkeys((*own, *taken)))
