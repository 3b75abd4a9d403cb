"""YAML files in which every value is text, read as briefs are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from services.gateway.briefs import TextLoader
from shared.errors import InvalidInput, NotFound

_MAX_BYTES = 1 << 20


def read_yaml(path: Path, what: str) -> Any:
    """The document of a file, `what` in words; raises `NotFound` and `InvalidInput`, naming it."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InvalidInput(f"{path}: larger than {_MAX_BYTES >> 20} MiB; expected {what}")
        return yaml.load(path.read_text(encoding="utf-8"), TextLoader)
    except FileNotFoundError:
        raise NotFound(f"{path}: no such file; expected {what}") from None
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(f"{path}: not {what}: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise InvalidInput(f"{path}: not {what}: nested too deeply") from None
