"""Denoisers and decoders in memory: read once per process, verified, without gradients.

No text encoder and no image encoder is ever among them: conditions come from the store.
"""

from __future__ import annotations

import importlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.diffusion import Sampler
from shared.errors import InvalidInput
from shared.families.components import component_folder, pinned
from shared.families.packing import Bits
from shared.families.request import DType

if TYPE_CHECKING:
    import torch

# What decodes: LTX-2 has three parts.
_MAX_LOADED = 4
_SAMPLERS = {
    Sampler.EULER: "FlowMatchEulerDiscreteScheduler",
    Sampler.UNIPC: "UniPCMultistepScheduler",
}


def device() -> str:
    """Where models run: `ONBEAT_DEVICE` ("cpu", "cuda", "cuda:1"), "cpu" without it."""
    return os.environ.get("ONBEAT_DEVICE") or "cpu"


def torch_dtype(dtype: DType) -> torch.dtype:
    """A framework's dtype of ours."""
    import torch

    return {DType.BFLOAT16: torch.bfloat16, DType.FLOAT32: torch.float32}[dtype]


def from_bits(bits: Bits, dtype: DType) -> torch.Tensor:
    """A stored array as the denoiser's tensor on its device, with the same bits."""
    import torch

    if dtype is DType.BFLOAT16:
        found = torch.from_numpy(np.array(bits).view(np.int16)).view(torch.bfloat16)
    else:
        found = torch.from_numpy(np.array(bits))
    return found.to(device())


def load_model(library: str, class_name: str, component: str, folder: str, dtype: DType) -> Any:
    """A model from a component's folder, in evaluation mode, on the device.

    `library` is a module of diffusers. Raises `WeightsUnavailable` for files that are missing or
    damaged, `InvalidInput` where the folder holds another kind of model.
    """
    place = component_folder(component) / folder
    return _load_model(library, class_name, place, pin_of(component), dtype)


def read_model(library: str, class_name: str, component: str, folder: str, dtype: DType) -> Any:
    """The same, not remembered and in main memory: for who changes and places it after loading."""
    return _read_model(library, class_name, component_folder(component) / folder, dtype)


def load_scheduler(component: str, sampler: Sampler, shift: float | None) -> Any:
    """A new scheduler from a component's folder "scheduler", of its own kind or of `sampler`'s.

    Raises `InvalidInput` for a kind that is not known, or that draws noise while stepping.
    """
    import diffusers

    config = _read_config(component_folder(component) / "scheduler" / "scheduler_config.json")
    name = _SAMPLERS.get(sampler, str(config.get("_class_name")))
    if name not in _SAMPLERS.values():
        raise InvalidInput(
            f"the scheduler of {component} is {name}; expected {' or '.join(_SAMPLERS.values())}"
        )
    options = {key: value for key, value in config.items() if not key.startswith("_")}
    if options.get("stochastic_sampling"):
        raise InvalidInput(f"the scheduler of {component} draws noise at each step; expected not")
    if name != config.get("_class_name"):
        options = _translated(options, name)
    if shift is not None:
        options["shift" if name == _SAMPLERS[Sampler.EULER] else "flow_shift"] = shift
        options.pop("use_dynamic_shifting", None)
    return getattr(diffusers, name).from_config(options)


def read_config(component: str, folder: str) -> dict[str, Any]:
    """The configuration of a model in a component's folder."""
    return _read_config(component_folder(component) / folder / "config.json")


def pin_of(component: str) -> str:
    """The digest of all files of a component, as text: what a loaded model is remembered under."""
    return str(pinned(component).digest)


def _translated(options: dict[str, Any], name: str) -> dict[str, Any]:
    """The noise schedule of one kind of scheduler in the words of another."""
    steps = {"num_train_timesteps": options.get("num_train_timesteps", 1000)}
    shift = options.get("flow_shift", options.get("shift", 1.0))
    if name == _SAMPLERS[Sampler.EULER]:
        return {**steps, "shift": shift}
    return {
        **steps, "prediction_type": "flow_prediction", "use_flow_sigmas": True, "flow_shift": shift,
    }  # fmt: skip


# By the digest of all files as well: a folder may be replaced while a worker lives.
@lru_cache(maxsize=_MAX_LOADED)
def _load_model(library: str, class_name: str, place: Path, _digest: str, dtype: DType) -> Any:
    return _read_model(library, class_name, place, dtype).to(device())


def _read_model(library: str, class_name: str, place: Path, dtype: DType) -> Any:
    _quiet()
    found = _read_config(place / "config.json").get("_class_name")
    if found != class_name:
        raise InvalidInput(f"{place} holds a {found}; expected {class_name}")
    cls = getattr(importlib.import_module(library), class_name)
    model = cls.from_pretrained(
        place, local_files_only=True, use_safetensors=True, torch_dtype=torch_dtype(dtype)
    )
    return model.eval().requires_grad_(False)


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
    if not isinstance(config, dict):
        raise InvalidInput(f"{path}: found a {type(config).__name__}; expected an object")
    return config


def _quiet() -> None:
    """No progress bars and no advice on stderr: a worker's messages go through its pipe."""
    import torch
    from diffusers.utils import logging

    if device() == "cpu":
        torch.set_num_threads(1)  # The pool runs a process per core.
    logging.disable_progress_bar()
    logging.set_verbosity_error()
