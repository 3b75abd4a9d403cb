"""What imports what: the contracts bind, and the light parts stay light."""

from __future__ import annotations

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
