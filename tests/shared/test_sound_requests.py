from __future__ import annotations

from fractions import Fraction

from shared import requests, sound_requests
from shared.digest import Digest, digests_in
from shared.schema import from_json, to_json
from shared.sound_requests import MeasureTracksRequest, MixRequest, SpeakRequest, StemsRequest
from shared.sound_tracks import ClipPart, SoundTracks
from shared.soundtrack import ClipSound, Effect, Voice

CLIP, SAID, WHOOSH = (Digest.of_bytes(name) for name in (b"clip", b"said", b"whoosh"))


def test_they_are_requests_as_the_others_are() -> None:
    for name in ("MixRequest", "MeasureTracksRequest", "StemsRequest", "SpeakRequest"):
        assert getattr(requests, name) is getattr(sound_requests, name)


def test_a_mix_names_everything_that_it_is_made_from_without_a_song_too() -> None:
    part = ClipPart(CLIP, ClipSound.UNDER, 0, 0, 30, Fraction(1))
    tracks = SoundTracks(Fraction(30), (part,), (Voice(SAID, 0),), (Effect(WHOOSH, 0),))
    mix = MixRequest(None, 0, 48_000, 0, tracks=tracks)
    assert set(digests_in(mix)) == {CLIP, SAID, WHOOSH}
    for request in (mix, MeasureTracksRequest(mix), StemsRequest(mix), SpeakRequest(SAID, "heart")):
        assert from_json(type(request), to_json(request)) == request
