"""The song that a film plays: as it is, or brought to the film's length by a music edit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from services.gateway.pictures import naming
from shared.brief import Brief, Reference
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.music_edit import MusicEdit
from shared.requests import EditMusicRequest
from shared.runner import Runner
from shared.schema import from_json
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap


@dataclass(frozen=True, slots=True)
class Listening:
    """The audio that the film is cut to, and what was heard in it."""

    reference: Reference
    sync_map: SyncMap
    sync_map_digest: Digest


async def edited_song(
    runner: Runner, brief: Brief, listening: Listening | None
) -> tuple[Listening | None, bool]:
    """What to listen to instead, and whether it is an edit, to be played from its start to end.

    Only a brief that asks for it gets one; the film then lasts as long as the edit, which is the
    duration to a bar or so. Raises `InvalidInput` for a brief without song or duration, and for a
    song without musical phrases to join.
    """
    if not brief.music_edit:
        return listening, False
    if listening is None or brief.song is None:
        raise InvalidInput("music_edit: there is no song to edit; expected one beside it")
    if brief.duration_seconds is None:
        raise InvalidInput("music_edit: expected a duration to bring the song to, got none")
    if not listening.sync_map.phrases:
        name = brief.song.path or "the song"
        raise InvalidInput(
            f"music_edit: no musical phrases to join were found in {name}; "
            "without music_edit the film plays one window of it"
        )
    target = round(brief.duration_seconds * SAMPLE_RATE_HZ)
    reference = listening.reference
    request = EditMusicRequest(reference.blob, listening.sync_map_digest, target)
    digest = await naming(reference, runner.run(request, reference.handle))
    edit = from_json(MusicEdit, runner.blobs.read(digest))
    sync_map = from_json(SyncMap, runner.blobs.read(edit.sync_map))
    song = dataclasses.replace(reference, blob=edit.audio)
    return Listening(song, sync_map, edit.sync_map), True
