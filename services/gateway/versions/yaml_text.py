"""YAML files in which every value is text, read as briefs are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from services.gateway.briefs import TextLoader
from services.gateway.readable import readable
from shared.errors import InvalidInput

_MAX_BYTES = 1 << 20


def read_yaml(path: Path, what: str) -> Any:
    """The document of a file, `what` in words; raises `NotFound` and `InvalidInput`, naming it."""
    try:
        with readable(path, what):
            if path.stat().st_size > _MAX_BYTES:
                raise InvalidInput(f"{path}: larger than {_MAX_BYTES >> 20} MiB; expected {what}")
            document = yaml.load(path.read_text(encoding="utf-8"), TextLoader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(f"{path}: not {what}: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise InvalidInput(f"{path}: not {what}: nested too deeply") from None
    return document
