"""Which models can run here, and what each lacks: one answer for the doctor and for refusals."""

from __future__ import annotations

import os
from collections.abc import Mapping

from shared.families.catalogue import find_model
from shared.families.components import component_named, missing_reason
from shared.families.family import Model
from shared.weights import WeightsUnavailable


def denoising_parts(model: Model) -> tuple[str, ...]:
    """The components that denoise and decode: no encoder of text or pictures."""
    return (model.name, *(name for name in model.components if component_named(name).decodes))


def all_parts(model: Model) -> tuple[str, ...]:
    """The components that a film of nothing but references needs."""
    return (*model.components, model.name)


def lacks(parts: tuple[str, ...], environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What is missing of some components and how to get each, in their order; reads no weights."""
    reasons = {name: missing_reason(name, environment) for name in parts}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def refusal(
    name: str, parts: tuple[str, ...], environment: Mapping[str, str] = os.environ
) -> WeightsUnavailable | None:
    """Why a model cannot run here, naming every missing part with what to do; None if it can."""
    missing = lacks(parts, environment)
    if not missing:
        return None
    ways = "; ".join(missing.values())
    return WeightsUnavailable(f"{name} lacks {', '.join(missing)} here: {ways}")


def model_parts(name: str) -> tuple[str, ...]:
    """`all_parts` of a model by its name; raises `InvalidInput`."""
    return all_parts(find_model(name)[1])
