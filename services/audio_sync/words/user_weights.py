"""Which library the weights are for that a user has, and what is there when they are for none.

faster-whisper    a folder with config.json, model.bin and tokenizer.json (CTranslate2)
transformers      a folder with config.json of a whisper and its model.safetensors
openai-whisper    a checkpoint file (.pt) of the original library
"""

from __future__ import annotations

import json
from pathlib import Path

from shared.errors import InvalidInput

FASTER_WHISPER, TRANSFORMERS, OPENAI_WHISPER = "faster-whisper", "transformers", "openai-whisper"
_EXPECTED = {
    FASTER_WHISPER: "a folder with config.json, model.bin and tokenizer.json",
    TRANSFORMERS: "a folder with a whisper's config.json, model.safetensors and tokenizer.json",
    OPENAI_WHISPER: "a checkpoint file (.pt) of openai-whisper",
}
_ZIP_MAGIC = b"PK\x03\x04"  # what torch.save writes
_MOST_NAMED = 6
_MAX_CONFIG_BYTES = 1 << 20


def library_of(path: Path) -> str:
    """The library that can load what is at `path`.

    Raises `InvalidInput`, saying what is there, for what none of them can.
    """
    for library in _EXPECTED:
        if _fits(library, path):
            return library
    expected = "; or ".join(_EXPECTED.values())
    raise InvalidInput(f"{path}: found {_found(path)}; expected {expected}")


def check_fits(library: str, path: Path) -> None:
    """Raise `InvalidInput` unless what is at `path` looks like weights for `library`."""
    if _fits(library, path):
        return
    others = [other for other in _EXPECTED if other != library and _fits(other, path)]
    hint = f" (these are for {others[0]}: {others[0]}:{path})" if others else ""
    raise InvalidInput(f"{path}: found {_found(path)}; expected {_EXPECTED[library]}{hint}")


def _fits(library: str, path: Path) -> bool:
    if library == OPENAI_WHISPER:
        return path.is_file() and _head(path) == _ZIP_MAGIC
    if not path.is_dir():
        return False
    if library == FASTER_WHISPER:
        needed = ("config.json", "model.bin", "tokenizer.json")
        return all((path / name).is_file() for name in needed)
    return _model_type(path) == "whisper" and any(path.glob("*.safetensors"))


def _found(path: Path) -> str:
    if path.is_file():
        return f"a file of {path.stat().st_size} bytes that begins with {_head(path)!r}"
    names = sorted(entry.name for entry in path.iterdir())
    if not names:
        return "an empty folder"
    told = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    kind = _model_type(path)
    of = f" of a {kind} model" if kind is not None else ""
    return f"a folder{of} with {told}{more}"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_ZIP_MAGIC))


def _model_type(folder: Path) -> str | None:
    """What a Hugging Face config.json says it is of, None where there is none."""
    path = folder / "config.json"
    try:
        if path.stat().st_size > _MAX_CONFIG_BYTES:
            return None
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    found = document.get("model_type") if isinstance(document, dict) else None
    return found if isinstance(found, str) else None
