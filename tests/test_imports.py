"""What imports what: the contracts bind, and the light parts stay light."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "transformers", "diffusers", "librosa")
_NO_HEAVY_IMPORT = f"""
import importlib, sys
for name in {HEAVY!r}:
    sys.modules[name] = None  # an import of it fails, as where it is not installed
for name in sys.argv[1:]:
    importlib.import_module(name)
loaded = [name for name in {HEAVY!r} if sys.modules[name] is not None]
assert not loaded, loaded
"""
_COMMAND = """
import sys
from services.gateway.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as stopped:
    code = stopped.code
print()
print(code or 0, *sorted(sys.modules))
"""
# Picture and sound libraries, models, servers; then what makes a film, and only does that.
_SLOW = {*HEAVY, "numpy", "av", "cv2", "PIL", "scipy", "sqlalchemy", "grpc", "celery", "fastapi"}
_MAKING = {
    "yaml",
    *(f"services.gateway.{name}" for name in ("briefs", "ingest", "plan", "director", "make")),
    *(f"services.gateway.{name}" for name in ("finish", "report", "page.page", "flashes")),
}
_READING = {*_SLOW, *_MAKING, "asyncio", "cattrs", "shared.requests", "shared.runner"}
_EDIT = '{"op": "set_grade", "shot": "#2", "warmth": 0.4}'
# By what is typed: the exit code, and what must not have been loaded for it.
_QUICK: dict[str, tuple[list[str], int, set[str]]] = {
    "version": (["--version"], 0, {*_READING, "rich"}),
    "help": (["--help"], 0, {*_READING, "rich", "importlib.metadata"}),
    "help of a command": (["edit", "--help"], 0, {*_READING, "rich", "importlib.metadata"}),
    "explain": (["explain", "FILM"], 0, _READING),
    "verify": (["verify", "FILM/no.mp4"], 2, {*_READING, "rich"}),
    "store ls": (["store", "ls"], 2, {*_SLOW, *_MAKING}),
    "an edit until it opens its film": (
        ["edit", "FILM", "--op", _EDIT, "--dry-run"],
        2,
        {*_SLOW, *_MAKING, *(f"services.gateway.edits.{one}" for one in ("keyframe", "insert"))},
    ),
    "words until their film is opened": (["edit", "FILM", "warmer"], 2, {*_SLOW, *_MAKING}),
    "make, refused": (["make", "--size", "wide"], 2, _SLOW),
}
_CONTRACTS = {
    "shared never imports services": {"shared/low.py": "import services.gateway.plan"},
    "Services never import each other": {"services/gateway/plan.py": "import services.encoder"},
    "shared and gateway never import model": {"services/gateway/plan.py": "import torch"},
    "Only server, tasks, wire and rpc see": {
        "services/gateway/plan.py": "import google.protobuf.message"
    },
    "PyAV only in media modules": {"services/gateway/plan.py": "import av"},
    "minio only in shared.s3": {"shared/low.py": "from minio import Minio"},
}
_ALLOWED = {
    "services/gateway/embedded.py": "import services.encoder.server\nimport services.gateway.plan",
    "services/encoder/server.py": "import grpc\nimport google.protobuf\nimport torch",
    "services/encoder/tasks.py": "import celery",
    "services/generator/footage/clip.py": "import av",
    "shared/media/decode.py": "import av",
    "shared/s3.py": "import minio",
    "shared/rpc/client.py": "import grpc\nimport grpc_health.v1",
    "shared/protos/onbeat_pb2.py": "from google.protobuf import message",
    "shared/low.py": "import shared.s3\nimport shared.rpc.client\nimport shared.media.decode",
    "services/gateway/plan.py": "import shared.low",
}


def _modules_of(folder: str) -> list[str]:
    files = sorted((ROOT / folder).rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    return [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]


def _lint(root: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    packages = ("services", *(f"services/{name}" for name in ("encoder", "generator", "gateway")))
    for folder in ("shared", *packages, *(str(Path(name).parent) for name in files)):
        (root / folder).mkdir(parents=True, exist_ok=True)
        (root / folder / "__init__.py").touch()
    (root / "services/gateway/plan.py").touch()
    for name, text in files.items():
        (root / name).write_text(f"{text}\n")
    shutil.copy(ROOT / "pyproject.toml", root)
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as main; main()",
    ]
    return subprocess.run([*command, "--no-cache"], cwd=root, capture_output=True, text=True)


@pytest.mark.parametrize("contract", _CONTRACTS)
def test_a_broken_contract_is_noticed(contract: str, tmp_path: Path) -> None:
    result = _lint(tmp_path, _CONTRACTS[contract])
    assert result.returncode == 1, result.stdout + result.stderr
    broken = [line for line in result.stdout.splitlines() if line.endswith("BROKEN")]
    assert len(broken) == 1, result.stdout
    assert broken[0].startswith(contract)


def test_what_the_design_allows_is_allowed(tmp_path: Path) -> None:
    result = _lint(tmp_path, _ALLOWED)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("folder", ["shared", "services/gateway"])
def test_imports_where_no_heavy_library_is_installed(folder: str) -> None:
    command = [sys.executable, "-c", _NO_HEAVY_IMPORT, *_modules_of(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_the_gateway_starts_without_heavy_libraries() -> None:
    start = "main = sys.modules['services.gateway.cli'].main; sys.argv[1:] = ['--help']; main()"
    command = [sys.executable, "-c", _NO_HEAVY_IMPORT + start, "services.gateway.cli"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "make" in result.stdout


@pytest.mark.parametrize("what", _QUICK)
def test_a_command_loads_only_what_it_needs(what: str, tmp_path: Path) -> None:
    words, expected, unwanted = _QUICK[what]
    film = tmp_path / "film"
    film.mkdir()
    (film / "report.json").write_text('{"actions": []}')
    command = [sys.executable, "-c", _COMMAND, *(one.replace("FILM", str(film)) for one in words)]
    environment = {**os.environ, "ONBEAT_STORE": str(tmp_path / "store")}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    code, *loaded = done.stdout.splitlines()[-1].split()
    assert code == str(expected), done.stderr
    assert not unwanted & set(loaded)
    if words[0] == "edit" and "FILM" in words:
        assert "services.gateway.revise" in loaded  # It got as far as opening the film.


def test_what_must_not_be_loaded_is_there_to_be_loaded() -> None:
    ours = {name for *_, names in _QUICK.values() for name in names if "." in name}
    assert not {name for name in ours if importlib.util.find_spec(name) is None}
