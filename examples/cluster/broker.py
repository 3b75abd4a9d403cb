"""A RabbitMQ node of our own on loopback, started with the RabbitMQ that is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from examples.cluster.children import Child, free_ports
from shared.errors import Unavailable

# Debian's own `rabbitmq-server` in the PATH wants to be root or another user; this one does not.
_USUAL_FOLDERS = (
    "/usr/lib/rabbitmq/bin",
    "/opt/homebrew/sbin",
    "/usr/local/sbin",
    "/opt/rabbitmq/sbin",
)
_PROTOCOL = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"
_CONSUMER_TIMEOUT_MILLISECONDS = 6 * 3600 * 1000


def rabbitmq_server() -> str | None:
    """The program that starts a node, None where RabbitMQ is not installed."""
    folders = os.pathsep.join([*_USUAL_FOLDERS, os.environ.get("PATH", os.defpath)])
    return shutil.which("rabbitmq-server", path=folders)


def delete_queues(url: str, names: Iterable[str]) -> None:
    """Delete queues of a broker with all that is in them; those that are not there are none."""
    import kombu  # A cluster with a broker of its own needs no client here.

    with kombu.Connection(url, connect_timeout=5) as connection, connection.channel() as channel:
        for name in names:
            channel.queue_delete(name)


def _node_name() -> str:
    return f"onbeat-{uuid.uuid4().hex[:12]}@localhost"


@dataclass
class Broker:
    """A RabbitMQ node of one; may be killed or stopped, and started again with its queues.

    Its Erlang port mapper is its own as well: nothing of the machine's RabbitMQ is touched.
    `consumer_timeout_milliseconds` is how long a message may stay with a worker.
    """

    folder: Path
    consumer_timeout_milliseconds: int = _CONSUMER_TIMEOUT_MILLISECONDS
    node: str = field(default_factory=_node_name)
    ports: list[int] = field(default_factory=lambda: free_ports(3))
    child: Child | None = None
    mapper: Child | None = None

    @property
    def url(self) -> str:
        """Its address, as in ONBEAT_BROKER."""
        return f"amqp://guest:guest@127.0.0.1:{self.ports[0]}//"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use it."""
        return {"ONBEAT_BROKER": self.url}

    def start(self) -> None:
        """Start it and wait until it answers; raises `Unavailable` if it does not."""
        program = rabbitmq_server()
        mapper = shutil.which("epmd", path=os.pathsep.join([*_USUAL_FOLDERS, os.environ["PATH"]]))
        if program is None or mapper is None:
            raise Unavailable(
                "RabbitMQ is not installed; expected `rabbitmq-server` (Debian: apt install "
                "rabbitmq-server; macOS: brew install rabbitmq), or ONBEAT_BROKER=amqp://... of "
                "one that runs"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {**os.environ, **self._settings()}
        words = ["-port", str(self.ports[2]), "-address", "127.0.0.1"]
        if self.mapper is None or not self.mapper.is_running:
            self.mapper = Child([mapper, *words], self.folder / "epmd.log", environment=settings)
        self.child = Child(
            [program], self.folder / "rabbitmq.log", environment=settings, folder=self.folder
        )
        try:
            self.child.wait_until(self._answers)
        except Unavailable:
            self.kill()
            raise

    def kill(self) -> None:
        """End the node and its port mapper at once, as kill -9 does."""
        for child in (self.child, self.mapper):
            if child is not None:
                child.kill_group()
        self.child = self.mapper = None

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        code = self.child.stop() if self.child is not None else 0
        if self.mapper is not None:
            self.mapper.kill_group()
        self.child = self.mapper = None
        return code

    def _settings(self) -> dict[str, str]:
        amqp, distribution, mapper = self.ports
        config, plugins, shell = (
            self.folder / name for name in ("rabbitmq.conf", "enabled_plugins", "env.conf")
        )
        config.write_text(
            f"listeners.tcp.local = 127.0.0.1:{amqp}\n"
            f"consumer_timeout = {self.consumer_timeout_milliseconds}\n"
            "log.console = true\nlog.console.level = warning\nlog.file = false\n"
        )
        plugins.write_text("[].\n")
        shell.write_text("")
        return {
            "HOME": str(self.folder),  # for the cookie
            "ERL_EPMD_PORT": str(mapper),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RUNNING_UNDER_SYSTEMD": "true",  # the shell becomes the node, signals reach it
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": str(amqp),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_CONF_ENV_FILE": str(shell),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self.ports[0]), timeout=2.0) as connection,
        ):
            connection.sendall(_PROTOCOL)
            return connection.recv(1) == _METHOD_FRAME
        return False
