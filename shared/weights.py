"""Finding pretrained weights: a local folder, an installed package, then (if allowed) a hub.

No package's code is imported: a weights file is data inside an installed distribution. A file
counts only with the SHA-256 that `shared.known_weights` pins, checked once per process and file.

- `ONBEAT_WEIGHTS` is a folder with one sub-folder per name: `<folder>/minilm/model.safetensors`.
- `ONBEAT_HUB=1` allows downloads by `huggingface_hub` of what is neither there nor installed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.digest import Digest, canonical_bytes
from shared.errors import InvalidInput, Unavailable
from shared.known_weights import KNOWN_WEIGHTS, Weights, WeightsFile

_verified: dict[tuple[Path, int, int], str] = {}  # (path, mtime, size) to the SHA-256 found


class WeightsUnavailable(Unavailable):
    """Pretrained weights are not here, or not the ones that were asked for."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """Where a weights file lies: `origin` is "folder", "package" or "hub"; None if nowhere."""

    file: WeightsFile
    path: Path | None
    origin: str | None


def weights_named(name: str) -> Weights:
    """The entry of a name; raises `InvalidInput` with those there are."""
    if name not in KNOWN_WEIGHTS:
        raise InvalidInput(f"weights {name!r} are not known; expected {', '.join(KNOWN_WEIGHTS)}")
    return KNOWN_WEIGHTS[name]


def weights_digest(*names: str) -> Digest:
    """What `Backend.weights` holds: one digest of all files that these names stand for.

    Reads no file: a result that is in the store stays a hit where the weights are gone.
    """
    digests = [weights_named(name).digest for name in sorted(names)]
    return digests[0] if len(digests) == 1 else Digest.of_bytes(canonical_bytes(digests))


def find_weights(name: str, environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """Verified files by their names; raises `WeightsUnavailable` saying how to get them.

    A file in the local folder that is another one than expected is an error, not passed over.
    """
    return find_files(weights_named(name), environment)


def find_files(weights: Weights, environment: Mapping[str, str] = os.environ) -> dict[str, Path]:
    """The same for an entry itself."""
    paths = {}
    for found in locate_weights(weights, environment):
        path = found.path
        if path is None and _may_download(found.file, environment):
            path = _download(weights, found.file)
        if path is None:
            raise _missing(weights, found.file, environment)
        _verify(weights, found.file, path)
        paths[found.file.name] = path
    return paths


def require_files(weights: Weights, environment: Mapping[str, str] = os.environ) -> None:
    """Raise `WeightsUnavailable` unless every file is somewhere here; reads none of them."""
    for found in locate_weights(weights, environment):
        if found.path is None and not _may_download(found.file, environment):
            raise _missing(weights, found.file, environment)


def locate_weights(
    weights: Weights, environment: Mapping[str, str] = os.environ
) -> tuple[FoundFile, ...]:
    """Where each file lies, looking only at this machine and not into the files."""
    return tuple(_locate(weights, file, environment) for file in weights.files)


def is_intact(found: FoundFile) -> bool:
    """Whether a file that was found has the expected SHA-256; reads it once per process."""
    return found.path is not None and _sha256(found.path) == found.file.sha256


def _locate(weights: Weights, file: WeightsFile, environment: Mapping[str, str]) -> FoundFile:
    folder = environment.get("ONBEAT_WEIGHTS")
    if folder:
        path = Path(folder).expanduser() / weights.name / file.name
        if path.is_file():
            return FoundFile(file, path, "folder")
    try:
        distribution = importlib.metadata.distribution(file.package)
    except importlib.metadata.PackageNotFoundError:
        return FoundFile(file, None, None)
    path = Path(str(distribution.locate_file(file.path)))
    return FoundFile(file, path, "package") if path.is_file() else FoundFile(file, None, None)


def _verify(weights: Weights, file: WeightsFile, path: Path) -> None:
    found = _sha256(path)
    if found != file.sha256:
        raise WeightsUnavailable(
            f"weights {weights.name}: {path} has SHA-256 {found[:12]}..., expected "
            f"{file.sha256[:12]}...; remove it, or get it with {weights.install}"
        )


def _sha256(path: Path) -> str:
    try:
        status = path.stat()
        key = (path, status.st_mtime_ns, status.st_size)
        if key not in _verified:
            with path.open("rb") as stream:
                _verified[key] = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise WeightsUnavailable(f"{path} cannot be read: {error.strerror or error}") from error
    return _verified[key]


def _may_download(file: WeightsFile, environment: Mapping[str, str]) -> bool:
    return environment.get("ONBEAT_HUB") == "1" and file.hub is not None


def _download(weights: Weights, file: WeightsFile) -> Path:
    repository, _, name = (file.hub or "").partition(":")
    try:
        from huggingface_hub import hf_hub_download

        return Path(hf_hub_download(repository, name))
    except ImportError:
        raise WeightsUnavailable(
            f"weights {weights.name}: ONBEAT_HUB=1 needs the package huggingface_hub"
        ) from None
    except Exception as error:  # huggingface_hub raises what its HTTP client does
        raise WeightsUnavailable(
            f"weights {weights.name}: {name} could not be had from {repository} "
            f"({type(error).__name__}); get it with {weights.install}"
        ) from error


def _missing(
    weights: Weights, file: WeightsFile, environment: Mapping[str, str]
) -> WeightsUnavailable:
    folder = environment.get("ONBEAT_WEIGHTS")
    place = f"{folder}/{weights.name}" if folder else "a folder named by ONBEAT_WEIGHTS"
    return WeightsUnavailable(
        f"weights {weights.name} ({weights.role}) are not here: run {weights.install} "
        f"(package {file.package}), or put {file.name} into {place}"
    )
