"""LTX-2's guidance: away from the negative prompt, from skipped attention, from lone modalities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from shared.diffusion import Guidance

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Prediction:
    """A clean film [1, S, C] and its sound [1, L, D], float32, as one pass of the network sees."""

    video: torch.Tensor
    audio: torch.Tensor


class Predict(Protocol):
    """A pass of the network: for both prompts (`is_pair`) or for the wanted one alone."""

    def __call__(
        self, name: str, time: torch.Tensor, index: int, *, is_pair: bool = False, **more: Any
    ) -> list[Prediction]: ...


def guided(predict: Predict, guidance: Guidance, time: torch.Tensor, index: int) -> Prediction:
    """The clean film that a step goes towards; one to three passes."""
    audio_scale = guidance.scale if guidance.audio_scale is None else guidance.audio_scale
    deltas: list[tuple[Any, Any]] = []
    if guidance.is_guided:
        away, found = predict("cond_uncond", time, index, is_pair=True)
        deltas.append(
            (
                (guidance.scale - 1) * (found.video - away.video),
                (audio_scale - 1) * (found.audio - away.audio),
            )
        )
    else:
        (found,) = predict("cond_uncond", time, index)
    if guidance.perturbed_scale > 0:
        blocks = list(guidance.perturbed_blocks)
        (away,) = predict("uncond_stg", time, index, spatio_temporal_guidance_blocks=blocks)
        deltas.append(_scaled(found, away, guidance.perturbed_scale))
    if guidance.modality_scale > 1:
        (away,) = predict("uncond_modality", time, index, isolate_modalities=True)
        deltas.append(_scaled(found, away, guidance.modality_scale - 1))
    video, audio = found.video, found.audio
    for of_video, of_audio in deltas:
        video, audio = video + of_video, audio + of_audio
    if guidance.rescale > 0:
        video = _rescaled(video, found.video, guidance.rescale)
        audio = _rescaled(audio, found.audio, guidance.rescale)
    return Prediction(video, audio)


def _scaled(found: Prediction, away: Prediction, scale: float) -> tuple[Any, Any]:
    return scale * (found.video - away.video), scale * (found.audio - away.audio)


def _rescaled(guided: torch.Tensor, plain: torch.Tensor, share: float) -> torch.Tensor:
    """Lin et al. (2023), section 3.4: the guided brought back towards the unguided's spread."""
    axes = list(range(1, plain.ndim))
    spread = plain.std(dim=axes, keepdim=True) / guided.std(dim=axes, keepdim=True)
    return share * (guided * spread) + (1 - share) * guided
