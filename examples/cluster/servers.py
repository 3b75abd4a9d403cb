"""What a cluster needs beside Onbeat: an S3 server, PostgreSQL, RabbitMQ; on free ports."""

from __future__ import annotations

from examples.cluster.broker import Broker, delete_queues, rabbitmq_server
from examples.cluster.children import free_ports
from examples.cluster.postgres_server import PostgresServer
from examples.cluster.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, S3Server

__all__ = [
    "ACCESS_KEY",
    "BUCKET",
    "SECRET_KEY",
    "Broker",
    "PostgresServer",
    "S3Server",
    "delete_queues",
    "free_ports",
    "rabbitmq_server",
]
