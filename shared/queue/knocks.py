"""Messages read strictly: a knock holds one key, and asks for nothing that Celery could do besides.

Celery would keep a message for a later time until then, call what it names when it has ended, and
write all of what it cannot read into its log. Ours are none of that, so nobody else's are obeyed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_JSON = "application/json"
_MAX_BODY_BYTES = 4096
_MAX_KEY_CHARS = 200
# What changes when, for how long or how often a task runs.
_ORDERS = ("eta", "expires", "group", "compression", "replaced_task_nesting")


def find_oddity(task: str, content_type: Any, headers: Any, body: Any) -> str | None:
    """Why a message is not a knock as `task` expects it, in words for a log; None if it is one.

    The words are short and hold no bytes of the body.
    """
    if not isinstance(headers, Mapping) or headers.get("task") != task:
        named = headers.get("task") if isinstance(headers, Mapping) else None
        return f"task {str(named)[:80]!r}; expected {task!r}"
    if not isinstance(headers.get("id"), str):
        return "it has no id"
    if content_type != _JSON:
        return f"content type {str(content_type)[:80]!r}; expected {_JSON!r}"
    orders = [name for name in _ORDERS if headers.get(name)]
    orders += ["timelimit"] if any(headers.get("timelimit") or ()) else []
    if orders:
        return f"it asks for {orders[0]}; expected nothing but a key"
    if not isinstance(body, bytes | str) or len(body) > _MAX_BODY_BYTES:
        size = len(body) if isinstance(body, bytes | str) else type(body).__name__
        return f"a body of {size} bytes; expected at most {_MAX_BODY_BYTES}"
    return None if _is_knock(body) else "a body that is no knock; expected one key"


def _is_knock(body: bytes | str) -> bool:
    try:
        (key,), named, then = json.loads(body)
        has_more = bool(named) or any(then.values())
    except (AttributeError, RecursionError, TypeError, ValueError):
        return False
    return isinstance(key, str) and 0 < len(key) <= _MAX_KEY_CHARS and not has_more
