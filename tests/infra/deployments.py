"""What compose and kustomize make of infra/: programs with their words, settings and limits."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
BIN = Path(sys.executable).parent
# What `infra/README.md` tells to set.
_GIVEN = {
    "POSTGRES_PASSWORD": "given",
    "BROKER_PASSWORD": "given%2F",
    "S3_ACCESS_KEY": "given",
    "S3_SECRET_KEY": "given",
    "ONBEAT_WEIGHTS_FOLDER": "/weights",
}
SETS = ("compose", "compose+gpu", "base", "small", "gpu")


@dataclass(frozen=True)
class Program:
    """A container of ours: `service` is its image's, `words` what comes after the entry point."""

    name: str
    service: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    document: Mapping[str, Any]

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that it takes work from; none for a server."""
        if self.words[:1] != ("worker",):
            return ()
        return tuple(self.words[self.words.index("--queues") + 1].split(","))


def programs(name: str) -> list[Program]:
    """The containers of ours in a set."""
    if name.startswith("compose"):
        services = compose(name)["services"]
        return [_of_compose(key, one) for key, one in services.items() if _is_ours(one["image"])]
    settings = next(one["data"] for one in manifests(name) if one["kind"] == "ConfigMap")
    found = [one for one in manifests(name) if one["kind"] == "Deployment"]
    return [_of_kubernetes(one, settings) for one in found]


@cache
def compose(name: str) -> dict[str, Any]:
    """A compose file as Docker would read it, with the variables given that it asks for."""
    spec = importlib.util.find_spec("compose")
    assert spec is not None
    assert spec.origin is not None
    files = ["compose.yaml"] + (["compose.gpu.yaml"] if name.endswith("gpu") else [])
    words = [word for file in files for word in ("-f", str(INFRA / file))]
    binary = Path(spec.origin).with_name("docker-compose")
    text = _run([str(binary), *words, "config", "--format", "json"], {**os.environ, **_GIVEN})
    document: dict[str, Any] = json.loads(text)
    return document


@cache
def manifests(name: str) -> list[dict[str, Any]]:
    """What `kubectl apply -k` would apply."""
    folder = INFRA / "kustomize" / (name if name == "base" else f"overlays/{name}")
    text = _run([str(BIN / "kubectl"), "kustomize", str(folder)], dict(os.environ))
    return list(yaml.safe_load_all(text))


def _run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _is_ours(image: str) -> bool:
    return image.startswith("onbeat/")


def _of_compose(name: str, service: dict[str, Any]) -> Program:
    image = service["image"].removeprefix("onbeat/")
    words = tuple(service["command"] or ())
    return Program(name, image, words, service["environment"], service)


def _of_kubernetes(deployment: dict[str, Any], settings: Mapping[str, str]) -> Program:
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["envFrom"] == [{"configMapRef": {"name": "onbeat"}}]
    environment: dict[str, str] = {}
    for one in container["env"]:
        if "value" in one:
            # As kubelet does: of what stands before it in this list, and of nothing else.
            value = re.sub(r"\$\((\w+)\)", lambda found: environment[found[1]], one["value"])
        elif "configMapKeyRef" in one["valueFrom"]:
            value = settings[one["valueFrom"]["configMapKeyRef"]["key"]]
        else:
            assert "secretKeyRef" in one["valueFrom"]
            value = "given%2F"
        environment[one["name"]] = value
    image = container["image"].removeprefix("onbeat/")
    words = tuple(container.get("args", ()))
    name = deployment["metadata"]["name"]
    return Program(name, image, words, {**settings, **environment}, deployment)
