"""Every operation by its name in JSON."""

from __future__ import annotations

from services.gateway.edits.locks import Lock, Pin, Unlock, Unpin
from services.gateway.edits.look import SetFraming, SetGrade
from services.gateway.edits.operation import Operation
from services.gateway.edits.undo import Undo

_ALL: tuple[type[Operation], ...] = (
    Lock,
    Unlock,
    Pin,
    Unpin,
    SetFraming,
    SetGrade,
    Undo,
)
OPERATIONS: dict[str, type[Operation]] = {operation.OP: operation for operation in _ALL}
