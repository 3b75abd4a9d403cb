"""Find the shot that an operation names, and what stands around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from shared.brief import MediaKind, Reference
from shared.errors import Conflict, InvalidInput, NotFound
from shared.shot import Shot, is_clip
from shared.suggestion import nearest
from shared.timeline import Timeline


def shot_index(timeline: Timeline, name: str, op: str) -> int:
    """Index of the shot with this id, or of the n-th for "#n" (1 is the first).

    Raises `NotFound`.
    """
    count = len(timeline.shots)
    if name.startswith("#"):
        number = int(name[1:])
        if number > count:
            raise NotFound(f"{op}: no shot {name}; the film has {count} shots")
        return number - 1
    ids = [shot.id for shot in timeline.shots]
    if name in ids:
        return ids.index(name)
    raise NotFound(f"{op}: no shot {name}{nearest(name, ids, f'the film has {count} shots')}")


def open_shot_index(timeline: Timeline, name: str, op: str) -> int:
    """`shot_index` of a shot whose content may change; raises `Conflict` if it is locked."""
    index = shot_index(timeline, name, op)
    shot = timeline.shots[index]
    if shot.is_locked:
        raise Conflict(f"{op}: shot {shot.id} is locked; unlock it first")
    return index


def cut_index(timeline: Timeline, name: str, op: str) -> int:
    """Index of the shot that a cut leads into; raises `InvalidInput` for the film's first."""
    index = shot_index(timeline, name, op)
    if index == 0:
        raise InvalidInput(
            f"{op}: shot {timeline.shots[0].id} is the film's first, no cut leads into it; "
            "expected a later one"
        )
    return index


def clips_near(timeline: Timeline, index: int) -> list[str]:
    """Handles of the clips that a shot and its neighbours show."""
    near = timeline.shots[max(0, index - 1) : index + 2]
    return [shot.source.handle for shot in near if is_clip(shot.source)]


def with_shot(timeline: Timeline, index: int, shot: Shot) -> Timeline:
    """The timeline with one shot replaced."""
    shots = (*timeline.shots[:index], shot, *timeline.shots[index + 1 :])
    return replace(timeline, shots=shots)


def pictures_listed(timeline: Timeline) -> str:
    """The handles of a film's clips and photos, with the names of their files where known."""
    pictures = [item for item in timeline.references if is_picture(item)]
    names = [(item.handle, Path(item.path).name if item.path else "") for item in pictures]
    return ", ".join(f"@{handle} ({name})" if name else f"@{handle}" for handle, name in names)


def picture_named(timeline: Timeline, handle: str, op: str) -> Reference:
    """The clip or photo with this handle, with or without its "@".

    Raises `NotFound` for no such reference and `InvalidInput` for one without pictures.
    """
    wanted = handle.removeprefix("@")
    found = next((item for item in timeline.references if item.handle == wanted), None)
    if found is None:
        pictures = [item.handle for item in timeline.references if is_picture(item)]
        has = f"the film has {pictures_listed(timeline)}"
        raise NotFound(f"{op}: no reference @{wanted}{nearest(wanted, pictures, has, mark='@')}")
    if not is_picture(found):
        raise InvalidInput(f"{op}: @{wanted} is {found.kind}; expected a clip or a photo")
    return found


def is_picture(reference: Reference) -> bool:
    """Whether a reference can be shown."""
    return reference.kind in (MediaKind.VIDEO, MediaKind.IMAGE)
