"""A version of a film with other type over the same pictures. Pure functions."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.build_plan import delivery_of, planned_clips
from shared.captions import CaptionDelivery
from shared.errors import InvalidInput
from shared.requests import RenderRequest, TransitionRequest
from shared.timeline import Timeline


def over_locked_picture(film: Timeline, version: Timeline) -> Timeline:
    """The version with its locks where clips stay, and without where other type is drawn.

    The pictures under the type are the film's: raises `InvalidInput` for a version that shows
    others, or cuts elsewhere.
    """
    delivery = delivery_of(film, draft=False)
    one, other = planned_clips(film, delivery), planned_clips(version, delivery)
    names = [(clip.shot_id, clip.is_transition) for clip in one]
    if names != [(clip.shot_id, clip.is_transition) for clip in other]:
        raise InvalidInput("a version over locked picture has the film's shots and cuts")
    changed = set()
    for before, after in zip(one, other, strict=True):
        if before.asked == after.asked:
            continue
        if _picture(before.request) != _picture(after.request) or before.wishes != after.wishes:
            raise InvalidInput(
                f"{after.label} would show another picture; expected other type only"
            )
        if not after.is_transition:
            changed.add(after.shot_id)
    return _unlocked(version, changed)


def with_true_locks(film: Timeline, version: Timeline) -> Timeline:
    """The version without locks on shots whose clips are not the film's: other type, other ends."""
    delivery = delivery_of(film, draft=False)
    before = {(c.shot_id, c.is_transition): c.asked for c in planned_clips(film, delivery)}
    changed = {
        clip.shot_id
        for clip in planned_clips(version, delivery)
        if not clip.is_transition and before.get((clip.shot_id, False)) != clip.asked
    }
    return _unlocked(version, changed)


def _unlocked(version: Timeline, names: set[str]) -> Timeline:
    shots = (replace(shot, is_locked=False) if shot.id in names else shot for shot in version.shots)
    return replace(version, shots=tuple(shots))


def _picture(request: RenderRequest | TransitionRequest) -> RenderRequest | TransitionRequest:
    """What is asked for, but for type and logo."""
    return replace(request, lettering=(), logo=None)


def without_type(film: Timeline) -> Timeline:
    """The film without captions, titles and logo: its textless master."""
    bare = replace(
        film,
        captions=(),
        titles=(),
        corner_logo=None,
        caption_delivery=CaptionDelivery.OFF,
    )
    return over_locked_picture(film, bare)
