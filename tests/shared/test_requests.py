"""Requests: each has a recorded key, and every field that is in it changes it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

import pytest

from shared.actions import Backend, action_key
from shared.brand import Brand, Font
from shared.brief import CutsOn, MediaKind, Pacing, Size, SpeechOptions
from shared.captions import CueWord
from shared.digest import Digest
from shared.generate import GenerateRequest
from shared.lettering import Lettering, LetteringKind
from shared.motion import MotionWindow, TimeKnot
from shared.procedural import ProceduralRequest, SceneKind
from shared.requests import (
    AlignMotionRequest,
    AnalyzeRequest,
    AssembleRequest,
    Delivery,
    EditMusicRequest,
    EncodeRequest,
    InspectRequest,
    MeasureRequest,
    MeasureTracksRequest,
    MixRequest,
    PlanCutsRequest,
    Quality,
    RenderRequest,
    Request,
    SpeakRequest,
    StemsRequest,
    StillsRequest,
    SyncTakeRequest,
    TransitionRequest,
)
from shared.schema import from_json, to_json
from shared.shot import Accent, AccentLook, AccentLookKind, Framing, Grade, Move, MoveKind
from shared.sound_tracks import ClipPart, SoundTracks
from shared.soundtrack import ClipSound, Effect, LoudnessPreset, Voice
from shared.sync_map import Span
from shared.timeline import TransitionKind

A, B = Digest.of_bytes(b"a"), Digest.of_bytes(b"b")
NTSC = Fraction(30000, 1001)
BACKEND = Backend("test/backend", 1, "library==1.0")
TYPE = Lettering(
    LetteringKind.KARAOKE,
    ("one",),
    -3,
    20,
    Brand(Font(A), Font(B, 550)),
    words=(CueWord("one", 0, 9),),
)
RENDER = RenderRequest(
    source=A,
    kind=MediaKind.VIDEO,
    start_seconds=Fraction(1, 3),
    speed=Fraction(1),
    frames=24,
    framing=Framing(0.25, 0.5, 1.5),
    move=Move(MoveKind.PAN_LEFT, 0.1),
    grade=Grade(0.5, 1.1, 0.9, 0.2),
    accents=(Accent(0, 1.0), Accent(12, 0.5)),
    delivery=Delivery(Size(1280, 720), NTSC, Quality.FINAL),
    span=(-4, 20),
    time_map=(TimeKnot(3, Fraction(1, 2), Fraction(1, 30)),),
    lettering=(TYPE,),
    looks=(AccentLook(AccentLookKind.SHAKE, 12, 0.5, 7),),
)
WINDOW = MotionWindow(
    Fraction(1, 3), Fraction(1), 24, NTSC, (Accent(12, 0.5),), Fraction(1, 2), Fraction(1, 4)
)
CLIP = ProceduralRequest(
    SceneKind.WORDS,
    ("#101020", "#ff2e88"),
    Size(1280, 720),
    NTSC,
    24,
    7,
    (0.5,) * 24,
    ((3, 1.0),),
    ("NEON", "RAIN"),
    Font(A, 700),
)
TRACKS = SoundTracks(
    NTSC,
    (ClipPart(B, ClipSound.FULL, 30, -6, 40, Fraction(1, 3), Fraction(9, 10)),),
    (Voice(A, 4_800),),
    (Effect(B, 9_600, -3.0),),
)
REQUESTS: list[Any] = [
    EncodeRequest("image.style", A),
    AnalyzeRequest(A, SpeechOptions(B, "en", "whisper-tiny")),
    PlanCutsRequest(
        A, Pacing.STEADY, NTSC, 48_000, 300, (24,), ((30, 60),), CutsOn.DOWNBEATS, lead_frames=1
    ),
    EditMusicRequest(A, B, 48_000 * 20),
    AlignMotionRequest(A, WINDOW),
    SyncTakeRequest(A, A),
    GenerateRequest(CLIP),
    RENDER,
    TransitionRequest(
        TransitionKind.DISSOLVE, RENDER, dataclasses.replace(RENDER, source=B), (TYPE,)
    ),
    StillsRequest(dataclasses.replace(RENDER, lettering=(), looks=()), (0, 12), 2),
    MeasureRequest(A),
    MixRequest(A, 0, 48_000, 4_800, LoudnessPreset.WEB, Voice(B, 9_600, 12.0), TRACKS),
    MeasureTracksRequest(MixRequest(A, 0, 48_000, 4_800)),
    StemsRequest(MixRequest(A, 0, 48_000, 4_800)),
    SpeakRequest(A, "heart", Fraction(9, 10)),
    AssembleRequest((A, B), A, NTSC),
    InspectRequest(
        A, (B, A), ("0" * 64,) * 2, NTSC, MixRequest(A, 0, 48_000, 4_800), (1,), (0.25,)
    ),
]
# For each type of a field's value, another value.
_OTHER: dict[type, Callable[[Any], Any]] = {
    str: lambda value: value + "x",
    int: lambda value: value + 1,
    bool: lambda value: not value,
    Digest: lambda value: B if value == A else A,
    Fraction: lambda value: value + 1,
    tuple: lambda value: value[:-1] if value else (Span(0, 1),),
    Pacing: lambda value: Pacing.CALM,
    CutsOn: lambda value: CutsOn.BEATS,
    SpeechOptions: lambda value: None,
    MediaKind: lambda value: MediaKind.IMAGE,
    Framing: lambda value: Framing(),
    Move: lambda value: Move(),
    Grade: lambda value: Grade(),
    MixRequest: lambda value: dataclasses.replace(value, start_sample=1),
    SoundTracks: lambda value: None,
    LoudnessPreset: lambda value: LoudnessPreset.AS_MASTERED,
    Voice: lambda value: None,
    type(None): lambda value: SpeechOptions(),
    MotionWindow: lambda value: dataclasses.replace(value, frames=value.frames + 1),
    RenderRequest: lambda value: dataclasses.replace(value, frames=value.frames + 1),
    ProceduralRequest: lambda value: dataclasses.replace(value, seed=value.seed + 1),
    TransitionKind: lambda value: TransitionKind.DIP,
    Delivery: lambda value: dataclasses.replace(value, quality=Quality.DRAFT),
}
_NAMES = [type(request).__name__ for request in REQUESTS]


def test_keys_are_the_recorded_ones(golden: Callable[[str, bytes], None]) -> None:
    # A key that changes without a version makes every store compute everything again, silently.
    keys = {type(request).__name__: action_key(BACKEND, request) for request in REQUESTS}
    golden("keys/requests.json", (json.dumps(keys, indent=1, sort_keys=True) + "\n").encode())


def test_every_request_has_a_recorded_key() -> None:
    assert sorted(_NAMES) == sorted(request.__name__ for request in get_args(Request))


@pytest.mark.parametrize("request_", REQUESTS, ids=_NAMES)
def test_every_field_is_in_the_key(request_: Any) -> None:
    keys = {action_key(BACKEND, request_)}
    fields = dataclasses.fields(request_)
    for field in fields:
        value = getattr(request_, field.name)
        changed = dataclasses.replace(request_, **{field.name: _OTHER[type(value)](value)})
        keys.add(action_key(BACKEND, changed))
    assert len(keys) == 1 + len(fields)


def test_what_has_no_type_keeps_the_key_that_it_had_before_there_was_type() -> None:
    bare = dataclasses.replace(RENDER, lettering=(), looks=())
    assert action_key(BACKEND, bare) == (
        "c45492f4af64f5735471cfea58499b45cbaee2f240eb682a26abca13fe4a8fc7"
    )
    transition = TransitionRequest(
        TransitionKind.DISSOLVE, bare, dataclasses.replace(bare, source=B)
    )
    assert action_key(BACKEND, transition) == (
        "52dffc45fd9a9a0eabfa7632f738d7848c774041a31d2b8554bfe16145d992ce"
    )


@pytest.mark.parametrize("request_", REQUESTS, ids=_NAMES)
def test_a_request_reads_back_with_the_same_key(request_: Any) -> None:
    # Workers get requests as rows of JSON; they have to come to the key that was asked for.
    copy = from_json(type(request_), to_json(request_))
    assert copy == request_
    assert action_key(BACKEND, copy) == action_key(BACKEND, request_)


def test_a_whole_number_in_a_floats_place_is_the_same_request() -> None:
    render = RENDER
    whole = dataclasses.replace(render, accents=(Accent(0, 1), Accent(12, 0.5)))
    assert action_key(BACKEND, whole) == action_key(BACKEND, render)


def test_a_song_alone_keeps_the_key_that_it_had_before_there_were_tracks() -> None:
    request = MixRequest(A, 0, 48_000, 4_800, LoudnessPreset.WEB, Voice(B, 9_600, 12.0))
    assert action_key(BACKEND, request) == (
        "ccff63d995d79e9faab9cbbb965f46cbe863641e399188f3bd2db97a19412315"
    )
