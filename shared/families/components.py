"""The pretrained parts of model families: where they are published and whether they are here.

A component is a folder as its publisher lays it out: `$ONBEAT_WEIGHTS/<name>/vae/config.json` and
so on. Publishers change files under one name, so the folder says itself which files it stands for:
`SHA256SUMS`, as `sha256sum` writes it, is the pin that action keys are made from. Each file counts
only with that digest (checked by `shared.weights`, once per process and file). With `ONBEAT_HUB=1`
the files may be missing: those of the pinned digests are fetched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.digest import Digest, canonical_bytes
from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES
from shared.known_weights import Weights, WeightsFile
from shared.weights import WeightsUnavailable, find_files, locate_weights

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](?:\./)?(\S.*)")
_MAX_SUMS_BYTES = 1 << 20
# Formats that are data: whatever else lies in the folder is neither pinned nor read.
_SUFFIXES = (".safetensors", ".json", ".model", ".txt", ".jinja")


@dataclass(frozen=True, slots=True)
class Component:
    """A part of published checkpoints: `folders` of `repository`, used by models of a family.

    `gigabytes` is its size in bfloat16 (10^9 bytes), as far as it is known.
    """

    name: str
    role: str
    repository: str
    folders: tuple[str, ...]
    gigabytes: float
    licence: str
    notice: str

    @property
    def decodes(self) -> bool:
        """Whether it also turns latents into pictures, as autoencoders do."""
        return self.folders == ("vae",)

    @property
    def install(self) -> str:
        """The commands that fetch and pin it."""
        patterns = " ".join(f"--include '{folder}/*'" for folder in self.folders)
        place = f"$ONBEAT_WEIGHTS/{self.name}"
        listing = " ".join(self.folders)
        return (
            f"`hf download {self.repository} {patterns} --local-dir {place}`, then "
            f"`(cd {place} && find {listing} -type f | sort | xargs sha256sum > {SUMS})`"
        )


_WAN = ("Apache-2.0", "Wan, Alibaba (Wan Team, 2025)")
_LTX = ("LTX-2 Community License", "LTX-2, Lightricks (2026)")
_TERMS = {
    "lucy-edit-dev": ("Lucy Edit Non-Commercial License", "Lucy Edit, Decart (2025), from Wan 2.2")
}
_WAN_T2V, _WAN_5B = "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
_LTX2 = "Lightricks/LTX-2"
_WAN_I2V = "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers"
_TEXT = ("text_encoder", "tokenizer")
_IMAGE = ("image_encoder", "image_processor")
_ENCODERS = (
    Component("wan-umt5-xxl", "prompts of Wan", _WAN_T2V, _TEXT, 11.4, *_WAN),
    Component("wan-clip-h", "frames of Wan 2.1 image models", _WAN_I2V, _IMAGE, 1.3, *_WAN),
    Component("wan-vae-2.1", "latents of Wan but 2.2 5B", _WAN_T2V, ("vae",), 0.25, *_WAN),
    Component("wan-vae-2.2", "latents of Wan 2.2 5B", _WAN_5B, ("vae",), 1.4, *_WAN),
    Component(
        "ltx2-gemma3", "prompts of LTX-2", _LTX2, _TEXT, 24.4,
        "Gemma Terms of Use", "Gemma 3, Google DeepMind (2025)",
    ),
    Component("ltx2-connectors", "prompts of LTX-2", _LTX2, ("connectors",), 2.9, *_LTX),
    Component("ltx2-vae", "latents of LTX-2", _LTX2, ("vae",), 2.4, *_LTX),
)  # fmt: skip


def _denoisers() -> tuple[Component, ...]:
    found = []
    for family in FAMILIES:
        for model in family.models.values():
            terms = _TERMS.get(model.name, _WAN if family.name == "wan" else _LTX)
            folders: tuple[str, ...] = ("transformer", "scheduler")
            if model.experts == 2:
                folders = ("transformer", "transformer_2", "scheduler")
            if family.name == "ltx2":
                folders = ("transformer", "scheduler", "audio_vae", "vocoder")
            size = model.weights_gb * model.experts
            found.append(Component(model.name, "denoiser", model.repository, folders, size, *terms))
    return tuple(found)


DENOISERS = _denoisers()
COMPONENTS = {component.name: component for component in (*_ENCODERS, *DENOISERS)}


def component_named(name: str) -> Component:
    """The entry of a name; raises `InvalidInput` with those there are."""
    if name not in COMPONENTS:
        raise InvalidInput(f"component {name!r} is not known; expected {', '.join(COMPONENTS)}")
    return COMPONENTS[name]


def pinned(name: str, environment: Mapping[str, str] = os.environ) -> Weights:
    """The component's files with their digests, read from its `SHA256SUMS` alone.

    Raises `WeightsUnavailable`, saying how to get or pin it.
    """
    component = component_named(name)
    root = environment.get("ONBEAT_WEIGHTS")
    if not root:
        raise WeightsUnavailable(
            f"{name} ({component.role}) is not here: set ONBEAT_WEIGHTS to a folder for weights, "
            f"then run {component.install}"
        )
    folder = Path(root).expanduser() / name
    files = tuple(_files(component, folder))
    if not files:
        raise WeightsUnavailable(
            f"{folder / SUMS} names no file of {' or '.join(component.folders)}; run "
            f"{component.install}"
        )
    return Weights(
        name, component.role, component.licence, component.notice, files, component.install
    )


def components_digest(
    names: tuple[str, ...], environment: Mapping[str, str] = os.environ
) -> Digest:
    """One digest of all files that components stand for, for action keys; reads only pins."""
    digests = [pinned(name, environment).digest for name in names]
    return digests[0] if len(digests) == 1 else Digest.of_bytes(canonical_bytes(digests))


def component_folder(name: str, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of a component with every file verified; raises `WeightsUnavailable`."""
    paths = find_files(pinned(name, environment), environment)
    roots = {path.parents[len(Path(file).parts) - 1] for file, path in paths.items()}
    if len(roots) != 1:
        raise WeightsUnavailable(
            f"{name} lies in {len(roots)} places ({', '.join(map(str, sorted(roots)))}); expected "
            f"one folder: run {component_named(name).install}"
        )
    root = roots.pop()
    _check_all_pinned(component_named(name), root, paths)
    return root


def _check_all_pinned(component: Component, root: Path, pinned_names: Mapping[str, Path]) -> None:
    # Loading reads whatever configuration lies there; what is in no key may not change a result.
    for folder in component.folders:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.name.endswith(_SUFFIXES) and name not in pinned_names:
                raise WeightsUnavailable(
                    f"{root} holds {name}, which is not in {SUMS}; remove it, or run "
                    f"{component.install}"
                )


def missing_reason(name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Why a component cannot be used, None if all its files are here (not read)."""
    try:
        weights = pinned(name, environment)
    except WeightsUnavailable as error:
        return error.message
    gone = [one.file.name for one in locate_weights(weights, environment) if one.path is None]
    if not gone:
        return None
    return f"{name} lacks {gone[0]} ({len(gone)} of {len(weights.files)}): run {weights.install}"


def _files(component: Component, folder: Path) -> list[WeightsFile]:
    path = folder / SUMS
    if not path.is_file():
        state = "is not pinned" if folder.is_dir() else "is not here"
        raise WeightsUnavailable(
            f"{component.name} ({component.role}, {component.gigabytes:g} GB) {state}: expected "
            f"{path}; run {component.install}"
        )
    with path.open("rb") as stream:
        text = stream.read(_MAX_SUMS_BYTES).decode("utf-8", "replace")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or ".." in Path(match[2]).parts or Path(match[2]).is_absolute():
            raise WeightsUnavailable(
                f"{path}, line {number}: found {line[:80]!r}; expected '<sha256>  <file>'"
            )
        name = match[2]
        if Path(name).parts[0] in component.folders and name.endswith(_SUFFIXES):
            hub = f"{component.repository}:{name}"
            package = f"onbeat-weights-{component.name}"
            found.append(WeightsFile(name, package, name, match[1], 0, hub))
    return sorted(found, key=lambda file: file.name)
