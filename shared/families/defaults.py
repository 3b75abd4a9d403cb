"""What is taken where a brief does not say: the smallest model for a task, its guidance and steps.

Guidance and steps are those of the models' publishers.
"""

from __future__ import annotations

from shared.diffusion import Guidance
from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES
from shared.families.family import Model, Task

_GUIDANCE = {
    "wan2.2-t2v-a14b": (Guidance(4.0, 3.0), 40),
    "wan2.2-i2v-a14b": (Guidance(3.5), 40),
    "ltx-2": (
        Guidance(
            3.0, audio_scale=7.0, perturbed_scale=1.0, perturbed_blocks=(28,),
            modality_scale=3.0, rescale=0.7,
        ),
        30,
    ),
}  # fmt: skip
_OTHERS = (Guidance(5.0), 50)


def defaults_of(model: Model) -> tuple[Guidance, int]:
    """Guidance and number of steps."""
    return _GUIDANCE.get(model.name, _OTHERS)


def model_for(family: str, task: Task) -> str:
    """The model of a family with a task that has the least weights; raises `InvalidInput`."""
    models = [
        model
        for one in FAMILIES
        if one.name == family
        for model in one.models.values()
        if task in model.tasks
    ]
    if not models:
        names = ", ".join(one.name for one in FAMILIES)
        raise InvalidInput(f"no model of {family!r} has the task {task.value}; families: {names}")
    return min(models, key=lambda model: (model.weights_gb * model.experts, model.name)).name
