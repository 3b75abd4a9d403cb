"""A runner that hands to the broker of some settings whatever these say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from shared.actions import Registry
from shared.errors import InvalidInput
from shared.queue.runner import QueueRunner
from shared.queue.settings import QueueSettings
from shared.runner import Progress
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.queue.broker import CeleryPublisher


def open_publisher(queue_settings: QueueSettings) -> CeleryPublisher:
    """Who sends messages to the broker of some settings, which is asked when it is needed.

    Raises `InvalidInput` where Celery is not installed.
    """
    try:
        from shared.queue.broker import CeleryPublisher
    except ImportError as error:
        raise InvalidInput(
            f"ONBEAT_BROKER is set, but {error.name} is not installed; expected onbeat[queue]"
        ) from error
    return CeleryPublisher(queue_settings)


def queue_runner(
    settings: Settings,
    registry: Registry,
    queue_settings: QueueSettings,
    queue_of: Callable[[Any], str | None],
    *,
    salt: str = "",
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> QueueRunner:
    """A runner on the broker; make it inside an event loop. Raises as `open_publisher` does."""

    def handed(request: Any) -> str | None:
        queue = queue_of(request)
        return queue if queue is not None and queue_settings.hands(queue) else None

    return QueueRunner(
        settings,
        registry,
        open_publisher(queue_settings),
        handed,
        patience_seconds=queue_settings.patience_seconds,
        republish_seconds=queue_settings.republish_seconds,
        salt=salt,
        on_progress=on_progress,
    )
