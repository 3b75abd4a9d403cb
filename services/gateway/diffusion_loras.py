"""A shot's LoRAs in its settings: "lora", "lora_scale", "lora_expert", "lora_2", "lora_scale_2" ...

Each digest stands alone in a setting, where the store finds it.
"""

from __future__ import annotations

from shared.diffusion import Lora
from shared.diffusion_checks import MAX_LORAS
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.generation import Generated

_EXPERTS = ("high_noise", "low_noise")
_SUFFIXES = ("", *(f"_{place}" for place in range(2, MAX_LORAS + 1)))
# The settings that name a file.
LORA_NAMES = tuple(f"lora{suffix}" for suffix in _SUFFIXES)
LORA_PARAMS: dict[str, tuple[type, ...]] = {
    name + suffix: accepted
    for suffix in _SUFFIXES
    for name, accepted in (("lora", (str,)), ("lora_scale", (int, float)), ("lora_expert", (str,)))
}


def loras_of(source: Generated) -> tuple[Lora, ...]:
    """The LoRAs of a shot in order; raises `InvalidInput` for a scale or an expert of none."""
    found = [_lora(source, suffix) for suffix in _SUFFIXES]
    return tuple(one for one in found if one is not None)


def _lora(source: Generated, suffix: str) -> Lora | None:
    text = source.param(f"lora{suffix}")
    scale, expert = source.param(f"lora_scale{suffix}"), source.param(f"lora_expert{suffix}")
    if text is None:
        for name, value in (("lora_scale", scale), ("lora_expert", expert)):
            if value is not None:
                raise InvalidInput(
                    f"{name}{suffix} {value} without a lora{suffix}; expected both, or none"
                )
        return None
    if expert is not None and expert not in _EXPERTS:
        raise InvalidInput(f"lora_expert{suffix} {expert!r}: expected {' or '.join(_EXPERTS)}")
    place = None if expert is None else _EXPERTS.index(str(expert))
    return Lora(Digest.parse(str(text)), 1.0 if scale is None else float(scale), place)
