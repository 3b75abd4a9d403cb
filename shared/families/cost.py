"""What a generation costs before it is admitted: floating point operations and bytes.

Operations are counted from the architecture: two for each weight that a token passes, four for
each pair of tokens and channel in attention. That is what the denoiser must do; how long a device
takes is measured, never guessed here.
"""

from __future__ import annotations

from dataclasses import dataclass

_TEXT_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of transformer layers: `width` channels, `inner` in the feed-forward part.

    `cross` is how many of the four projections of text attention act on each token (two: query
    and output; keys and values act on the text alone).
    """

    layers: int
    width: int
    inner: int
    cross: int = 2

    def operations(self, tokens: int) -> float:
        """Floating point operations of one pass over this many tokens."""
        weights = (4 + self.cross) * self.width**2 + 2 * self.width * self.inner
        pairs = tokens * (tokens + _TEXT_TOKENS)
        return self.layers * (2.0 * tokens * weights + 4.0 * pairs * self.width)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one clip costs: `petaflop` for all `steps`, two passes each where there is guidance.

    `weights_gb` must be somewhere (10^9 bytes, kept in bfloat16); `conditions_mb` are read from
    the store (10^6 bytes). Activations are not in here.
    """

    petaflop_per_step: float
    steps: int
    weights_gb: float
    conditions_mb: float

    @property
    def petaflop(self) -> float:
        """All steps together."""
        return self.petaflop_per_step * self.steps
