"""All films of a batch as one zip: the same films give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from services.gateway.batches.naming import MANIFEST_CSV, MANIFEST_JSON, ZIP
from services.gateway.versions.written import written_file

_STORED = (".mp4", ".jpg", ".mov", ".wav")  # no smaller when deflated
_DATE = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20


def write_zip(folder: Path, names: Sequence[str]) -> Path:
    """Write `folder`/films.zip with the manifests and these films' folders; returns its path."""
    out = folder / ZIP
    with written_file(out, ".zip") as path, zipfile.ZipFile(path, "w") as archive:
        for name in (MANIFEST_JSON, MANIFEST_CSV):
            _add(archive, folder / name, name)
        for name in names:
            for file in sorted(p for p in (folder / name).rglob("*") if p.is_file()):
                _add(archive, file, file.relative_to(folder).as_posix())
    return out


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    is_stored = path.suffix.lower() in _STORED
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as target:
        while block := source.read(_BLOCK):
            target.write(block)
