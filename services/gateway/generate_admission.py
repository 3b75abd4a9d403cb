"""Before a film is planned: can what its brief wishes to be generated be generated here?

Settings, mentions and roles first, then what is not installed, then faces nobody has attested; all
of it before the song is heard. Lengths are known once cuts are, and are looked at before anything
is rendered. Where a service generates, its own worker says what it lacks.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path

from services.gateway.continuing import after_another
from services.gateway.diffusion_ask import ask_of
from services.gateway.diffusion_loras import LORA_NAMES
from services.gateway.generate_brief import GenerateSpec
from services.gateway.generate_here import check_fits, check_model, is_elsewhere
from services.gateway.generate_slots import options_of, wished
from services.gateway.generate_sources import generated_source
from services.gateway.generating import GenerateWish
from services.gateway.prompts import mentionable
from services.gateway.talk import has_talk
from shared.admission import admit
from shared.brief import Brief
from shared.errors import InvalidInput, OnbeatError
from shared.families.lora import check_fit, lora_layers
from shared.families.memory import model_shapes
from shared.families.safetensors_head import head_of
from shared.generation import PROCEDURAL
from shared.runner import LocalRunner
from shared.settings import Settings


def check_named(settings: Settings, spec: GenerateSpec | None) -> None:
    """Refuse a brief that names a model that is not here, before any of its files is opened.

    Raises `CannotGenerateHere` with what to install: the words of `onbeat doctor`; `InvalidInput`
    for a LoRA of another model than the one that is named with it.
    """
    if spec is None or is_elsewhere(settings):
        return
    models = dict.fromkeys(wish.model for _, wish in spec.options.wishes)
    for model in models:
        if model is not None and model != PROCEDURAL:
            check_model(model)
    for where, wish in spec.options.wishes:
        files = [Path(str(one.value)) for one in wish.settings if one.name in LORA_NAMES]
        if wish.model is not None and wish.model != PROCEDURAL and files:
            _check_loras(where, wish.model, files)


def _check_loras(where: str, model: str, files: list[Path]) -> None:
    weights = model_shapes(model)
    for path in files:
        if not path.is_file():
            continue  # refused where files are taken in
        try:
            shapes = head_of(path)
            check_fit(lora_layers(shapes, str(path)), shapes, weights, str(path))
        except InvalidInput as error:
            raise error.about(f"{where}: {model}") from error


async def check_wished(runner: LocalRunner, brief: Brief) -> None:
    """Refuse what a brief wishes to be generated and cannot be, before anything is planned.

    Raises `InvalidInput` naming the field, `CannotGenerateHere` with what to install or mount, and
    `ConsentRequired` for a face nobody has attested.
    """
    if options_of(brief) is None:
        return
    if has_talk(brief):
        raise InvalidInput("generate with a talk: its shots are what is said; expected one of them")
    for where, wish in wished(brief):
        source = generated_source(wish, mentionable(brief), where, brief.seed)
        if source.backend == PROCEDURAL:
            continue
        rate = brief.frame_rate
        second = GenerateWish(source, source.seed or 0, ceil(rate), 0, brief.size, rate)
        try:
            second = after_another(second)
        except InvalidInput as error:
            raise error.about(where) from error
        ask = ask_of(second, runner.blobs, where)
        if not is_elsewhere(runner.settings):
            check_model(ask.request.shot.model)
            check_fits(ask.request)
        try:
            await admit(ask.request, runner.settings.consent, runner.blobs, runner.run)
        except OnbeatError as error:
            raise error.about(where) from error
