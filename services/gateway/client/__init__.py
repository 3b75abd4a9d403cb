"""The client of Onbeat's HTTP API: `Client`, and `AsyncClient` with the same words."""

from services.gateway.client.asynchronous import AsyncClient
from services.gateway.client.client import Client
from services.gateway.client.results import (
    Approval,
    Delivery,
    Edit,
    Event,
    Film,
    Job,
    Reference,
    Revision,
)

__all__ = [
    "Approval",
    "AsyncClient",
    "Client",
    "Delivery",
    "Edit",
    "Event",
    "Film",
    "Job",
    "Reference",
    "Revision",
]
