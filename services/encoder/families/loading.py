"""Components in memory: read once per process, verified, without gradients, on one device."""

from __future__ import annotations

import importlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shared.errors import InvalidInput
from shared.families.components import component_folder, pinned
from shared.families.packing import Bits
from shared.families.request import DType

if TYPE_CHECKING:
    import torch

# A text encoder with its tokenizer, an autoencoder, and connectors or an image encoder.
_MAX_LOADED = 4


def device() -> str:
    """Where components run: `ONBEAT_DEVICE` ("cpu", "cuda", "cuda:1"), "cpu" without it."""
    return os.environ.get("ONBEAT_DEVICE") or "cpu"


def torch_dtype(dtype: DType) -> torch.dtype:
    """A framework's dtype of ours."""
    import torch

    return {DType.BFLOAT16: torch.bfloat16, DType.FLOAT32: torch.float32}[dtype]


def to_bits(tensor: torch.Tensor, dtype: DType) -> Bits:
    """A tensor in `dtype` as numpy's bits: uint16 for bfloat16, which numpy lacks."""
    import torch

    kept = tensor.detach().to(torch_dtype(dtype)).cpu().contiguous()
    if dtype is DType.BFLOAT16:
        return kept.view(torch.int16).numpy().view(np.uint16)
    return np.asarray(kept.numpy())


def load(library: str, class_name: str, component: str, folder: str, dtype: DType) -> Any:
    """A model of `library` from a component's folder, in evaluation mode.

    Raises `WeightsUnavailable` for files that are missing or damaged, `InvalidInput` where the
    folder holds another kind of model.
    """
    return _load(library, class_name, component_folder(component) / folder, _pin(component), dtype)


def load_tokenizer(component: str) -> Any:
    """The tokenizer of a component, from its folder "tokenizer"."""
    return _load_tokenizer(component_folder(component) / "tokenizer", _pin(component))


def _pin(component: str) -> str:
    return str(pinned(component).digest)


# By the digest of all files as well: a folder may be replaced while a worker lives.
@lru_cache(maxsize=_MAX_LOADED)
def _load(library: str, class_name: str, place: Path, _digest: str, dtype: DType) -> Any:
    _quiet()
    found = _class_of(place / "config.json")
    if found != class_name:
        raise InvalidInput(f"{place} holds a {found}; expected {class_name}")
    cls = getattr(importlib.import_module(library), class_name)
    options = {"dtype" if library == "transformers" else "torch_dtype": torch_dtype(dtype)}
    model = cls.from_pretrained(place, local_files_only=True, use_safetensors=True, **options)
    return model.to(device()).eval()


@lru_cache(maxsize=_MAX_LOADED)
def _load_tokenizer(place: Path, _digest: str) -> Any:
    from transformers import AutoTokenizer

    _quiet()
    return AutoTokenizer.from_pretrained(place, local_files_only=True)


def _class_of(path: Path) -> str:
    try:
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
    named = config.get("_class_name") or next(iter(config.get("architectures") or []), None)
    return str(named)


def _quiet() -> None:
    """No progress bars and no advice on stderr: a worker's messages go through its pipe."""
    import diffusers.utils.logging as of_diffusers
    import torch
    import transformers.utils.logging as of_transformers

    torch.set_num_threads(1)  # The pool runs a process per core.
    for logging in (of_diffusers, of_transformers):
        logging.disable_progress_bar()
        logging.set_verbosity_error()
