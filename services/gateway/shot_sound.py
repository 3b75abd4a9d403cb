"""Which clips of a new film are heard, and the effects over it, as its brief asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from shared.brief import Brief, MediaKind, Role
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.observation import MediaInfo
from shared.shot import Footage, Shot
from shared.soundtrack import ClipSound, Effect, ShotSound
from shared.sync_map import SAMPLE_RATE_HZ
from shared.timeline import Timeline
from shared.timing import round_half_up, sample_at_frame


def with_clip_sound(
    brief: Brief, timeline: Timeline, infos: Mapping[Digest, MediaInfo]
) -> Timeline:
    """The timeline with its clips as loud as the brief wants them, and its effects.

    Shots whose sound is set already keep it; clips without sound have none. Raises
    `InvalidInput` for an effect after the film's end.
    """
    if brief.clip_sound is not ClipSound.OFF:
        # Beside talk, what covers it must not be as loud.
        has_talk = any(Role.TALK in reference.roles for reference in brief.references)
        sound = ShotSound(ClipSound.UNDER if has_talk else brief.clip_sound)
        shots = tuple(
            replace(shot, sound=sound) if _can_sound(shot, infos) else shot
            for shot in timeline.shots
        )
        timeline = replace(timeline, shots=shots)
    if not brief.effects:
        return timeline
    effects = tuple(sorted(_effects(brief, timeline), key=lambda effect: effect.start_sample))
    return replace(timeline, tracks=replace(timeline.tracks, effects=effects))


def _can_sound(shot: Shot, infos: Mapping[Digest, MediaInfo]) -> bool:
    source = shot.source
    if not isinstance(source, Footage) or source.kind is not MediaKind.VIDEO:
        return False
    info = infos.get(source.blob)
    return shot.sound == ShotSound() and info is not None and info.audio_codec is not None


def _effects(brief: Brief, timeline: Timeline) -> list[Effect]:
    end = sample_at_frame(timeline.frame_count, SAMPLE_RATE_HZ, timeline.frame_rate)
    effects = []
    for wish in brief.effects:
        start = round_half_up(wish.seconds * SAMPLE_RATE_HZ)
        if start >= end:
            raise InvalidInput(
                f"{wish.path or 'an effect'}: at {float(wish.seconds):g} s; expected a moment of "
                f"the film, which lasts {end / SAMPLE_RATE_HZ:.2f} s"
            )
        effects.append(Effect(wish.audio, start, wish.gain_db))
    return effects
