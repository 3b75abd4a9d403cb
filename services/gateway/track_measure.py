"""`listen`: how loud each track of a soundtrack is, and how clear its speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.gateway import mix
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.requests import MeasureTracksRequest
from shared.schema import to_json
from shared.stems import SpeechMeasure, TrackMeasure, TrackMeasures

if TYPE_CHECKING:
    from services.gateway.tracks import TrackSounds


def backend(request: MeasureTracksRequest) -> Backend:
    """Who measures; raises what the mixer raises for a mix that cannot be."""
    mixed_by = mix.backend(request.sound)
    environment = environment_of("av", "numpy")
    return Backend("listen/tracks", mixed_by.version, environment)


def perform(request: MeasureTracksRequest, context: Context) -> Digest:
    """Lay the tracks as the mixer does, measure them; the result is a `TrackMeasures`."""
    tracks = mix.mixed_tracks(request.sound, context.blobs)
    context.progress(0.7)
    return context.blobs.put(to_json(measure_tracks(tracks)))


def measure_tracks(tracks: TrackSounds) -> TrackMeasures:
    """The measures of tracks as they are in the mix."""
    from shared.media.loudness import measure_loudness

    measures = []
    for name, sound in tracks.named():
        loudness = measure_loudness(sound)
        measures.append(
            TrackMeasure(
                name,
                loudness.integrated_lufs,
                loudness.true_peak_dbtp,
                tracks.song_ducked_db if name == "song" else 0.0,
            )
        )
    return TrackMeasures(tuple(measures), _speech(tracks))


def _speech(tracks: TrackSounds) -> tuple[SpeechMeasure, ...]:
    """Stretches in which the voice, or else a clip in front, is heard."""
    from services.gateway.ducking import heard_hops, stretch_samples, stretches
    from shared.media.loudness import measure_loudness

    speech = tracks.speech
    if speech is None:
        return ()
    rest = tracks.beside_speech()
    found = []
    for first, last in stretches(heard_hops(speech)):
        start, end = stretch_samples(first, last, len(speech))
        above = measure_loudness(speech[start:end]).integrated_lufs
        below = None if rest is None else measure_loudness(rest[start:end]).integrated_lufs
        clear = None if above is None or below is None else round(above - below, 2)
        found.append(SpeechMeasure(start, end, clear))
    return tuple(found)
