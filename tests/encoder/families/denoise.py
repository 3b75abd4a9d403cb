"""Denoising from stored conditions alone: what the generator will do, as the shortest true loop.

No text encoder and no image encoder is in here; the autoencoder decodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from tests.encoder.families.stock import seeded

GUIDANCE, STEPS = 3.0, 2


@dataclass
class Denoiser:
    """A transformer, its scheduler and the autoencoder that decodes."""

    transformer: Any
    vae: Any
    scheduler: Any

    @torch.no_grad()
    def run(
        self,
        prompts: list[torch.Tensor],
        shape: tuple[int, ...],
        *,
        beside: torch.Tensor | None = None,
        first: torch.Tensor | None = None,
        skip: int = 0,
        **inputs: Any,
    ) -> torch.Tensor:
        """A film [1, F, 3, H, W] in 0..1 from prompts (positive, negative) and conditions.

        `beside` goes next to the noise (image models), `first` in place of the first frame (5B),
        `inputs` to the transformer as they are; `skip` latent frames are references.
        """
        latents = torch.randn(shape, generator=seeded(), dtype=torch.float32)
        self.scheduler.set_timesteps(STEPS)
        self.scheduler.set_begin_index(0)
        free = torch.ones(1, 1, *shape[2:])
        free[:, :, 0] = 0
        for time in self.scheduler.timesteps:
            taken, step = latents, time.expand(1)
            if first is not None:
                taken = (1 - free) * first + free * latents
                step = (free[0][0][:, ::2, ::2] * time).flatten()[None]
            elif beside is not None:
                taken = torch.cat([latents, beside.float()], dim=1)
            taken = taken.to(self.transformer.dtype)
            wanted, unwanted = (
                self.transformer(
                    hidden_states=taken,
                    timestep=step,
                    encoder_hidden_states=prompt,
                    return_dict=False,
                    **inputs,
                )[0]
                for prompt in prompts
            )
            guided = unwanted + GUIDANCE * (wanted - unwanted)
            latents = self.scheduler.step(guided, time, latents, return_dict=False)[0]
        if first is not None:
            latents = (1 - free) * first + free * latents
        return self._decoded(latents[:, :, skip:])

    def _decoded(self, latents: torch.Tensor) -> torch.Tensor:
        from diffusers.video_processor import VideoProcessor

        config = self.vae.config
        mean, std = (
            torch.tensor(values).view(1, config.z_dim, 1, 1, 1)
            for values in (config.latents_mean, config.latents_std)
        )
        film = self.vae.decode(latents.to(self.vae.dtype) / (1.0 / std) + mean).sample
        found: torch.Tensor = VideoProcessor().postprocess_video(film, output_type="pt")
        return found
