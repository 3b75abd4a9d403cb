"""Compose and Kubernetes: settings that programs accept, queues with workers, limits, health."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path
from typing import Any

import pytest

from shared.queue.settings import QueueSettings
from shared.rpc.settings import RpcSettings
from shared.settings import Settings
from tests.infra.deployments import INFRA, ROOT, SETS, Program, compose, manifests, programs

_VARIABLE = re.compile(r"\bONBEAT_[A-Z0-9_]+\b")
_CLUSTERS = [name for name in SETS if not name.startswith("compose")]
_HERE = "gateway", "film_worker", "film-worker"


@pytest.mark.parametrize("name", SETS)
def test_every_setting_is_one_that_the_program_accepts(name: str) -> None:
    for program in programs(name):
        settings = Settings.from_environment(program.environment)
        assert settings.bucket is not None
        assert settings.database.startswith("postgresql://")
        assert RpcSettings.from_environment(program.environment)
        # Who has looked whether the shown have agreed need not be asked again behind it.
        assert settings.consent.is_checked_upstream == (program.name not in _HERE), program.name
        if program.name in _HERE:
            assert set(settings.addresses) == {"encoder", "audio_sync", "generator"}
        queue = QueueSettings.from_environment(program.environment)
        assert bool(queue.broker) == (program.service != "audio_sync")


def test_every_variable_is_one_that_the_code_reads() -> None:
    sources = [path for top in ("shared", "services") for path in (ROOT / top).rglob("*.py")]
    known = set(_VARIABLE.findall("\n".join(path.read_text("utf-8") for path in sources)))
    # Made of the names of services (shared/settings.py); what chooses a program (infra/start.sh);
    # what only compose.yaml asks for.
    known |= {"ONBEAT_ENCODER", "ONBEAT_AUDIO_SYNC", "ONBEAT_GENERATOR"}
    known |= {"ONBEAT_SERVICE", "ONBEAT_WEIGHTS_FOLDER"}
    files = [path for path in INFRA.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(files) > 20
    for path in files:
        unknown = set(_VARIABLE.findall(path.read_text("utf-8"))) - known
        assert not unknown, f"{path.relative_to(ROOT)}: nothing reads {sorted(unknown)}"


@pytest.mark.parametrize("name", SETS)
def test_what_is_handed_over_has_workers_and_the_other_way_round(name: str) -> None:
    found = programs(name)
    taken = {queue for program in found for queue in program.queues}
    servers = [
        program for program in found if not program.queues and program.service != "audio_sync"
    ]
    assert {server.service for server in servers} == {"gateway", "encoder", "generator"}
    handed = set()
    for server in servers:
        patterns = QueueSettings.from_environment(server.environment).handed
        # A pattern would also hand over what has no worker: it would wait for ever.
        assert not any(set(pattern) & set("*?[") for pattern in patterns), server.name
        assert set(patterns) <= taken, server.name
        handed |= set(patterns)
    assert handed == taken


@pytest.mark.parametrize("name", SETS)
def test_images_of_workers_hold_what_a_worker_needs(name: str) -> None:
    for program in programs(name):
        lock = (ROOT / "requirements" / "services" / f"{program.service}.lock").read_text("utf-8")
        needs = "ONBEAT_BROKER" in program.environment
        assert (re.search(r"^celery==", lock, re.MULTILINE) is not None) == needs, program.service


@pytest.mark.parametrize("name", [name for name in SETS if name.startswith("compose")])
def test_compose_services_are_bounded_and_watched(name: str) -> None:
    services = compose(name)["services"]
    assert len(services) == (9 if name == "compose" else 11)
    for key, service in services.items():
        assert int(service["mem_limit"]) > 0, key
        assert service["healthcheck"]["test"], key
        assert service["restart"] == "unless-stopped", key
        waits_for = service.get("depends_on", {})
        assert all(one["condition"] == "service_healthy" for one in waits_for.values()), key
        if key in ("database", "store", "broker"):
            continue
        needs = {"database", "store"}
        needs |= {"broker"} if "ONBEAT_BROKER" in service["environment"] else set()
        assert needs <= _before(services, key), key
        assert service["read_only"], key
        assert service["cap_drop"] == ["ALL"], key
        is_worker = bool((service["command"] or [""])[0] == "worker")
        asks = "shared.queue.pulse" in service["healthcheck"]["test"]
        assert asks == is_worker, key
    reached = {key for key, service in services.items() if service.get("ports")}
    assert reached == {"gateway"}


def _before(services: dict[str, Any], key: str) -> set[str]:
    """What is healthy before a service starts, in the end."""
    found: set[str] = set()
    for name in services[key].get("depends_on", {}):
        found |= {name} | _before(services, name)
    return found


@pytest.mark.parametrize("name", _CLUSTERS)
def test_pods_are_bounded_watched_and_may_be_disrupted_one_at_a_time(name: str) -> None:
    found = manifests(name)
    budgets = {one["metadata"]["name"] for one in found if one["kind"] == "PodDisruptionBudget"}
    for program in programs(name):
        pod = program.document["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["resources"]["limits"]["memory"], program.name
        assert {"livenessProbe", "readinessProbe"} <= container.keys(), program.name
        assert container["securityContext"]["readOnlyRootFilesystem"], program.name
        assert pod["securityContext"]["runAsNonRoot"], program.name
        assert program.name in budgets
        if program.queues:
            assert "startupProbe" in container, program.name
            # What runs ends in this time, and the broker's patience is longer.
            grace = int(pod["terminationGracePeriodSeconds"])
            assert 300 <= grace < _consumer_timeout_seconds(), program.name
            if program.service == "gateway":
                # A film is given back in time, and what its end takes is left over.
                drain = QueueSettings.from_environment(program.environment).drain_seconds
                assert drain + 30 <= grace
    assert budgets == {program.name for program in programs(name)}


@pytest.mark.parametrize("name", _CLUSTERS)
def test_workers_are_scaled_on_the_queue_that_they_take(name: str) -> None:
    by_name = {program.name: program for program in programs(name)}
    scaled = set()
    for one in manifests(name):
        if one["kind"] != "HorizontalPodAutoscaler":
            continue
        target = by_name[one["spec"]["scaleTargetRef"]["name"]]
        (metric,) = one["spec"]["metrics"]
        if metric["type"] == "External":
            wanted = metric["external"]["metric"]["selector"]["matchLabels"]
            assert wanted == {"queue": ",".join(target.queues)}
            scaled.add(target.name)
        else:
            # In a server that hands its work over, that waits as well: more of them would not help.
            assert target.name in ("encoder", "audio-sync")
    assert scaled == {program.name for program in by_name.values() if program.queues}


@pytest.mark.parametrize("name", _CLUSTERS)
def test_network_policies_let_through_what_settings_name(name: str) -> None:
    policies = [one for one in manifests(name) if one["kind"] == "NetworkPolicy"]
    for program in programs(name):
        labels = program.document["spec"]["template"]["metadata"]["labels"]
        chosen = [one for one in policies if _selects(one["spec"]["podSelector"], labels)]
        assert any(one["metadata"]["name"] == "nobody" for one in chosen)
        ports = {
            port["port"]
            for one in chosen
            for rule in one["spec"].get("egress", ())
            for port in rule.get("ports", ())
        }
        wanted = {53, 5432, 8333}
        wanted |= {5672} if "ONBEAT_BROKER" in program.environment else set()
        wanted |= {9000} if "ONBEAT_ENCODER" in program.environment else set()
        assert wanted <= ports, program.name
        assert (5672 in ports) == (5672 in wanted), program.name
        assert (9000 in ports) == (9000 in wanted), program.name
        assert _may_be_called(policies, program) == (not program.queues), program.name


def _may_be_called(policies: list[dict[str, Any]], program: Program) -> bool:
    labels = program.document["spec"]["template"]["metadata"]["labels"]
    ports = [
        port["port"]
        for one in policies
        if _selects(one["spec"]["podSelector"], labels)
        for rule in one["spec"].get("ingress", ())
        for port in rule.get("ports", ())
    ]
    return any(port in (9000, "http") for port in ports)


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    for name, value in selector.get("matchLabels", {}).items():
        if labels.get(name) != value:
            return False
    return all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", ())
    )


def test_gpu_workers_have_a_gpu_and_no_bound_of_address_space() -> None:
    for name in ("compose+gpu", "gpu"):
        found = [one for one in programs(name) if any("." in queue for queue in one.queues)]
        assert {queue for one in found for queue in one.queues} == {"generate.wan", "encode.wan"}
        for program in found:
            assert Settings.from_environment(program.environment).worker_memory_bytes == 0
            assert program.environment["ONBEAT_DEVICE"] == "cuda"
            assert program.words[-2:] == ("--concurrency", "1")
            text = str(program.document)
            assert "nvidia.com/gpu" in text or "'driver': 'nvidia'" in text
        # Keys hold the digests of weights, so that who hands over needs them as well.
        for program in programs(name):
            is_concerned = program.service in ("encoder", "generator") and program not in found
            if is_concerned and not program.queues:
                assert program.environment["ONBEAT_WEIGHTS"] == "/weights", program.name


def test_the_broker_waits_longer_than_a_part_of_a_take_may_last() -> None:
    assert _consumer_timeout_seconds() >= 6 * 3600
    (given,) = compose("compose")["services"]["broker"]["configs"]
    assert fnmatch.fnmatch(given["target"], "/etc/rabbitmq/conf.d/*.conf")
    file = compose("compose")["configs"][given["source"]]["file"]
    assert Path(file) == INFRA / "rabbitmq" / "rabbitmq.conf"


def _consumer_timeout_seconds() -> float:
    text = (INFRA / "rabbitmq" / "rabbitmq.conf").read_text("utf-8")
    found = re.search(r"^consumer_timeout = (\d+)$", text, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1000
