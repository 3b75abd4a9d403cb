"""Which sizes and lengths a model can denoise, and the nearest to what a shot needs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

from shared.errors import InvalidInput
from shared.families.request import Geometry


@dataclass(frozen=True, slots=True)
class Grid:
    """A model's grid: sides are multiples of `side_multiple`, lengths `frame_step` * n + 1.

    `pixels_per_latent` and `frame_step` are what its autoencoder reduces by; `channels` is what a
    latent has. `max_pixels` bounds the area of a frame, `max_frames` the length.
    """

    side_multiple: int
    pixels_per_latent: int
    frame_step: int
    channels: int
    max_pixels: int
    max_frames: int
    frame_rate: Fraction
    min_side: int = 32

    def check(self, geometry: Geometry) -> None:
        """Raise `InvalidInput` for what is off the grid, naming the value and its neighbours."""
        for name, side in (("width", geometry.width), ("height", geometry.height)):
            self._check_side(name, side)
        area = geometry.width * geometry.height
        if area > self.max_pixels:
            raise InvalidInput(
                f"{geometry.width}x{geometry.height} is {area} pixels; expected at most "
                f"{self.max_pixels}"
            )
        self._check_frames(geometry.frames)
        if geometry.frame_rate <= 0:
            raise InvalidInput(f"frame rate {geometry.frame_rate}: expected more than 0")

    def _check_side(self, name: str, side: int) -> None:
        step = self.side_multiple
        if side < self.min_side:
            raise InvalidInput(f"{name} {side}: expected at least {self.min_side}")
        if side % step:
            below = side // step * step
            raise InvalidInput(
                f"{name} {side}: expected a multiple of {step}, as {below} or {below + step}"
            )

    def _check_frames(self, frames: int) -> None:
        step = self.frame_step
        if not 1 <= frames <= self.max_frames:
            raise InvalidInput(f"{frames} frames: expected 1 to {self.max_frames}")
        if (frames - 1) % step:
            below = (frames - 1) // step * step + 1
            raise InvalidInput(
                f"{frames} frames: expected {step}n + 1, as {below} or {below + step}"
            )

    def snap_frames(self, frames: int) -> int:
        """The least length on the grid that covers `frames`; raises `InvalidInput` if none does."""
        if frames < 1:
            raise InvalidInput(f"{frames} frames: expected 1 to {self.max_frames}")
        snapped = -(-(frames - 1) // self.frame_step) * self.frame_step + 1
        if snapped > self.max_frames:
            raise InvalidInput(
                f"{frames} frames need {snapped}; expected at most {self.max_frames}"
            )
        return snapped

    def frames_for(self, shot_frames: int, shot_rate: Fraction) -> int:
        """The least length on the grid that lasts as long as a shot at another rate."""
        return self.snap_frames(ceil(Fraction(shot_frames) / shot_rate * self.frame_rate))

    def snap_size(self, width: int, height: int) -> tuple[int, int]:
        """The size nearest in aspect on the grid, no larger than asked and than the model takes.

        Raises `InvalidInput` for aspects that leave a side under the least.
        """
        if width < 1 or height < 1:
            raise InvalidInput(f"{width}x{height}: expected sides of at least {self.min_side}")
        scale = min(1.0, sqrt(self.max_pixels / (width * height)))
        step = self.side_multiple
        snapped = tuple(int(side * scale) // step * step for side in (width, height))
        if min(snapped) < self.min_side:
            raise InvalidInput(
                f"{width}x{height} becomes {snapped[0]}x{snapped[1]}; expected sides of at least "
                f"{self.min_side}"
            )
        return snapped[0], snapped[1]

    def latent_frames(self, frames: int) -> int:
        """How many latent frames a clip of this length has."""
        return (frames - 1) // self.frame_step + 1

    def latent_shape(self, geometry: Geometry) -> tuple[int, int, int, int, int]:
        """Shape of a clip's latents: batch 1, channels, frames, height, width."""
        return (
            1,
            self.channels,
            self.latent_frames(geometry.frames),
            geometry.height // self.pixels_per_latent,
            geometry.width // self.pixels_per_latent,
        )
