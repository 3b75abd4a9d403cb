"""Every operation by its name in JSON, loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from services.gateway.edits.operation import Operation

# In the order in which they are listed: the module here, and the class in it.
_PLACES = {
    "lock": "locks:Lock",
    "unlock": "locks:Unlock",
    "pin": "locks:Pin",
    "unpin": "locks:Unpin",
    "reseed": "source:Reseed",
    "replace_source": "source:ReplaceSource",
    "regenerate": "generated:Regenerate",
    "set_prompt": "prompted:SetPrompt",
    "edit_region": "region:EditRegion",
    "restyle": "region:Restyle",
    "instruct": "region:Instruct",
    "keyframe": "keyframe:Keyframe",
    "animate": "keyframe:Animate",
    "continue_shot": "continue_shot:ContinueShot",
    "set_pacing": "pacing:SetPacing",
    "set_speed": "motion:SetSpeed",
    "ramp_speed": "speed:RampSpeed",
    "freeze": "speed:Freeze",
    "reverse": "speed:Reverse",
    "set_framing": "look:SetFraming",
    "set_move": "motion:SetMove",
    "set_grade": "look:SetGrade",
    "adjust_grade": "adjust:AdjustGrade",
    "set_look": "look:SetLook",
    "match_to": "look:MatchTo",
    "disable_accents": "motion:DisableAccents",
    "enable_accents": "motion:EnableAccents",
    "set_accent_look": "accent_looks:SetAccentLook",
    "split": "split:Split",
    "insert": "insert:Insert",
    "remove": "remove:Remove",
    "extend": "extend:Extend",
    "move_cut": "extend:MoveCut",
    "set_transition": "transitions:SetTransition",
    "remove_transition": "transitions:RemoveTransition",
    "set_caption": "captions:SetCaption",
    "remove_caption": "captions:RemoveCaption",
    "set_title": "captions:SetTitle",
    "remove_title": "captions:RemoveTitle",
    "set_clip_sound": "sound:SetClipSound",
    "set_sound_lead": "sound:SetSoundLead",
    "add_title": "add_type:AddTitle",
    "add_logo": "add_type:AddLogo",
    "remove_logo": "add_type:RemoveLogo",
    "tag": "tags:TagShot",
    "untag": "tags:UntagShot",
    "undo": "undo:Undo",
}


class _Catalogue(Mapping[str, type[Operation]]):
    """An edit of one shot's colours does not wait for the other forty operations to load."""

    def __getitem__(self, name: str) -> type[Operation]:
        module, _, operation = _PLACES[name].partition(":")
        found: type[Operation] = getattr(
            import_module(f"services.gateway.edits.{module}"), operation
        )
        return found

    def __contains__(self, name: object) -> bool:
        return name in _PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


OPERATIONS: Mapping[str, type[Operation]] = _Catalogue()
