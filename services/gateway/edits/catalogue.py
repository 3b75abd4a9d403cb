"""Every operation by its name in JSON."""

from __future__ import annotations

from services.gateway.edits.accent_looks import SetAccentLook
from services.gateway.edits.add_type import AddLogo, AddTitle, RemoveLogo
from services.gateway.edits.adjust import AdjustGrade
from services.gateway.edits.captions import (
    RemoveCaption,
    RemoveTitle,
    SetCaption,
    SetTitle,
)
from services.gateway.edits.extend import Extend, MoveCut
from services.gateway.edits.generated import Regenerate
from services.gateway.edits.insert import Insert
from services.gateway.edits.keyframe import Animate, Keyframe
from services.gateway.edits.locks import Lock, Pin, Unlock, Unpin
from services.gateway.edits.look import MatchTo, SetFraming, SetGrade, SetLook
from services.gateway.edits.motion import DisableAccents, EnableAccents, SetMove, SetSpeed
from services.gateway.edits.operation import Operation
from services.gateway.edits.pacing import SetPacing
from services.gateway.edits.prompted import SetPrompt
from services.gateway.edits.region import EditRegion, Restyle
from services.gateway.edits.remove import Remove
from services.gateway.edits.sound import SetClipSound, SetSoundLead
from services.gateway.edits.source import ReplaceSource, Reseed
from services.gateway.edits.speed import Freeze, RampSpeed, Reverse
from services.gateway.edits.split import Split
from services.gateway.edits.tags import TagShot, UntagShot
from services.gateway.edits.transitions import RemoveTransition, SetTransition
from services.gateway.edits.undo import Undo

_ALL: tuple[type[Operation], ...] = (
    Lock,
    Unlock,
    Pin,
    Unpin,
    Reseed,
    ReplaceSource,
    Regenerate,
    SetPrompt,
    EditRegion,
    Restyle,
    Keyframe,
    Animate,
    SetPacing,
    SetSpeed,
    RampSpeed,
    Freeze,
    Reverse,
    SetFraming,
    SetMove,
    SetGrade,
    AdjustGrade,
    SetLook,
    MatchTo,
    DisableAccents,
    EnableAccents,
    SetAccentLook,
    Split,
    Insert,
    Remove,
    Extend,
    MoveCut,
    SetTransition,
    RemoveTransition,
    SetCaption,
    RemoveCaption,
    SetTitle,
    RemoveTitle,
    SetClipSound,
    SetSoundLead,
    AddTitle,
    AddLogo,
    RemoveLogo,
    TagShot,
    UntagShot,
    Undo,
)
OPERATIONS: dict[str, type[Operation]] = {operation.OP: operation for operation in _ALL}
