"""`onbeat doctor`: what is here, what is missing, how to get it, and whose it is."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.known_weights import KNOWN_WEIGHTS, Weights
from shared.settings import Settings

# What every film needs, then what only some encoders and services do.
_NEEDED = ("av", "numpy", "opencv-python-headless", "pillow", "librosa", "safetensors")
_OPTIONAL = (
    "torch", "onnxruntime", "tokenizers", "faster-whisper", "pocketsphinx", "grpcio", "celery",
    "diffusers", "transformers", "ftfy",
)  # fmt: skip

_EXAMPLES = """\
examples:
  onbeat doctor                                # this installation
  ONBEAT_WEIGHTS=/data/weights onbeat doctor   # with a folder of weights (docs/families.md)
"""


@dataclass(frozen=True, slots=True)
class WeightsState:
    """Whether weights are here: `state` is "ok", "missing" or "damaged".

    `origin` is where they lie, else the packages or the file that it is about.
    """

    weights: Weights
    state: str
    origin: str


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat doctor`."""
    commands.add_parser(
        "doctor",
        help="say what is installed, what is missing and how to get it",
        description="Check this installation: libraries, store, pretrained weights (with the "
        "SHA-256 of each\nfile) and their licences. Films need no weights. Exits 1 if something "
        "that films need is missing\nor broken.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def doctor(_: argparse.Namespace) -> int:
    """Print the state of this installation."""
    settings = Settings.from_environment()
    states = weights_states()
    versions = {name: _version(name) for name in (*_NEEDED, *_OPTIONAL)}
    store = store_problem(settings.store)
    sys.stdout.write("\n".join(_lines(settings, states, versions, store)) + "\n")
    return 1 if store or any(versions[name] is None for name in _NEEDED) else 0


def weights_states(known: Iterable[Weights] = tuple(KNOWN_WEIGHTS.values())) -> list[WeightsState]:
    """Look for weights on this machine and check the digests of what is there."""
    return [_state(weights) for weights in known]


def store_problem(folder: Path) -> str | None:
    """Why the store cannot be written, or None; creates nothing."""
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        return f"{existing} is not a folder"
    return None if os.access(existing, os.W_OK) else f"{existing} cannot be written"


def _state(weights: Weights) -> WeightsState:
    from shared.weights import WeightsUnavailable, is_intact, locate_weights

    found = locate_weights(weights)
    missing = [one.file for one in found if one.path is None]
    if missing:
        packages = sorted({file.package for file in missing})
        return WeightsState(weights, "missing", " and ".join(packages))
    try:
        damaged = [one.path for one in found if not is_intact(one)]
    except WeightsUnavailable as error:
        return WeightsState(weights, "damaged", error.message)
    if damaged:
        return WeightsState(weights, "damaged", str(damaged[0]))
    origins = sorted({one.origin or "" for one in found})
    return WeightsState(weights, "ok", " and ".join(origins))


def _lines(
    settings: Settings,
    states: list[WeightsState],
    versions: dict[str, str | None],
    store: str | None,
) -> list[str]:
    from services.gateway.doctor_families import family_lines

    lines = [
        f"onbeat {_version('onbeat')}, Python {platform.python_version()}, {platform.system()}",
        f"store: {settings.store}" + (f" - {store}" if store else ""),
        f"workers: {settings.workers}",
        "",
        "libraries",
    ]
    for name, version in versions.items():
        need = "needed" if name in _NEEDED else "optional"
        lines.append(f"  {name:<24} {version or f'missing ({need}): run `make setup`'}")
    folder = os.environ.get("ONBEAT_WEIGHTS")
    hub = "allowed" if os.environ.get("ONBEAT_HUB") == "1" else "off (ONBEAT_HUB=1 allows it)"
    lines += ["", f"weights (folder: {folder or 'none, set ONBEAT_WEIGHTS'}; hub: {hub})"]
    for state in states:
        size = f"{state.weights.size_bytes / 1e6:.1f} MB"
        lines.append(f"  {state.weights.name:<18} {state.state:<8} {size:>9}  {state.weights.role}")
        if state.state != "ok":
            lines.append(f"    {state.origin}: get it with {state.weights.install}")
    lines += ["", *family_lines(), "", "notices of the weights that are here"]
    for state in states:
        if state.state == "ok":
            lines.append(f"  {state.weights.name}: {state.weights.notice}. {state.weights.licence}")
    return lines


def _version(name: str) -> str | None:
    import importlib.metadata

    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
