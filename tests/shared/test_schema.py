"""Versioned JSON: every noun reads back as itself, and nothing else is read."""

from __future__ import annotations

import dataclasses
import importlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shared import requests
from shared.archive import ArchivedResult, FilmArchive
from shared.brand import Brand, Font
from shared.brief import Brief, CutsOn, MediaKind, Pacing, Reference, Role, Size
from shared.build import Build, BuiltClip
from shared.captions import (
    Anchor,
    Caption,
    CaptionDelivery,
    CaptionStyle,
    CueWord,
    Title,
    TitleKind,
    TitleWish,
)
from shared.condition import Manifest, TensorSpec
from shared.consent import Attestation
from shared.digest import Digest, is_added
from shared.errors import InvalidInput
from shared.measurement import FrozenRun, SegmentMeasure
from shared.motion import LandedAccent, MotionAlignment, TimeKnot
from shared.music_edit import Join, MusicEdit
from shared.requests import Delivery, Quality
from shared.schema import from_document, from_json, to_document, to_json, type_tag
from shared.shot import Accent, Fit, Footage, Framing, Move, MoveKind, Shot
from shared.soundtrack import LoudnessPreset, Voice
from shared.speech import Speech
from shared.stems import SpeechMeasure, StemFile, Stems, TrackMeasure, TrackMeasures
from shared.sync_map import (
    Beat,
    CutEvent,
    CutKind,
    CutPlan,
    Onset,
    PlannedCut,
    Section,
    Span,
    SpokenText,
    SyncMap,
)
from shared.take_sync import TakeSync
from shared.timeline import SongWindow, Timeline

BLOB = Digest.of_bytes(b"blob")
NTSC = Fraction(30000, 1001)
DELIVERY = Delivery(Size(1280, 720), NTSC, Quality.DRAFT)
BRAND = Brand(Font(BLOB, 700), Font(BLOB), logo=BLOB, logo_clear_space=0.25)
SHOT = Shot(
    id="s1-abcde",
    frames=24,
    source=Footage("sea", BLOB, MediaKind.VIDEO, Fraction(1, 3), Fraction(4, 5)),
    framing=Framing(0.25, 0.5, 1.5),
    move=Move(MoveKind.PUSH_IN, 0.125),
    accents=(Accent(12, 0.75),),
    seed=7,
)
RESULT = ArchivedResult("0" * 64, "mix/window", "{}", BLOB, (BLOB,), 0.5, 0.25)
# One of every noun, with every field set. Requests are in test_requests.py.
NOUNS: list[Any] = [
    Brief(
        song=Reference("song", MediaKind.AUDIO, BLOB, (Role.RHYTHM,), "song.wav"),
        references=(
            Reference("sea", MediaKind.VIDEO, BLOB, (Role.SOURCE, Role.CAMERA), "sea.mp4"),
        ),
        pacing=Pacing.DRIVING,
        size=Size(1080, 1920),
        frame_rate=NTSC,
        duration_seconds=Fraction(61, 2),
        seed=3,
        cuts_on=CutsOn.SECTIONS,
        lead_frames=2,
        captions=CaptionDelivery.BOTH,
        caption_style=CaptionStyle.KARAOKE,
        titles=(TitleWish(TitleKind.END_CARD, "Bye", "below", "Terms", None, Fraction(3)),),
        brand=BRAND,
        prompt="the sea",
        section_prompts=(("chorus", "waves"),),
        loudness=LoudnessPreset.WEB,
        voice=Reference("voice", MediaKind.AUDIO, BLOB, (Role.VOICE,), "talk.wav"),
    ),
    Manifest(
        "image.style",
        2,
        BLOB,
        {"w": 4, "s": 0.5, "n": None},
        BLOB,
        (TensorSpec("x", "float32", (2, 3)),),
    ),
    SyncMap(
        duration_samples=96_000,
        peak=0.875,
        tempo_bpm=120.5,
        beat_confidence=0.9,
        beats=(Beat(0, 1.0), Beat(24_000, 0.5)),
        onsets=(Onset(12, 0.1),),
        energy=(0.0, 0.5, 1.0),
        downbeats=(0,),
        sections=(Section(0, 96_000, "a"),),
        words=(SpokenText("sea", 10, 20),),
        sentences=(SpokenText("the sea", 0, 20),),
    ),
    CutPlan(
        frame_rate=NTSC,
        frame_count=48,
        window_start_sample=4_800,
        cuts=(PlannedCut(24, 40_000, CutEvent.BEAT, CutKind.ANTICIPATION, 0.5, "strong beat", 1),),
        accents=((24, 0.5),),
        cuts_on=CutsOn.BEATS,
        lead_frames=1,
    ),
    Timeline(
        size=Size(1280, 720),
        frame_rate=NTSC,
        shots=(SHOT,),
        sound=SongWindow(BLOB, 4_800, 38_438, 100),
        sync_map=BLOB,
        cut_plan=BLOB,
        seed=3,
        next_shot_number=2,
        song=Reference("song", MediaKind.AUDIO, BLOB, (Role.RHYTHM,), "song.wav"),
        references=(Reference("ride", MediaKind.VIDEO, BLOB),),
        parent=BLOB,
        captions=(Caption("c1", 3, 20, ("one",), (CueWord("one", 0, 9),)),),
        caption_delivery=CaptionDelivery.BURNED,
        titles=(Title("t1", TitleKind.TITLE, ("A",), 9, Anchor.SHOT, 2, "s1-abcde"),),
        brand=BRAND,
        loudness=LoudnessPreset.EBU_R128,
        voice=Voice(BLOB, 48_000, 12.0),
    ),
    Build(
        timeline=BLOB,
        delivery=DELIVERY,
        clips=(BuiltClip("s1-abcde", False, 24, "0" * 64, BLOB, BLOB, "1" * 64, BLOB),),
        soundtrack=BLOB,
        film=BLOB,
    ),
    SegmentMeasure(
        frames=2,
        frame_hashes=("00ff", "ff00"),
        luma_mean=(0.0, 0.5),
        difference=(0.0, 0.25),
        black_frames=(0,),
        frozen_runs=(FrozenRun(0, 2),),
        last_luma="EBAQEA==",
        still="/9j/2Q==",
        still_score=0.25,
        flash_grids="1x1:",
    ),
    MotionAlignment(
        slip_seconds=Fraction(-1, 8),
        time_map=(TimeKnot(0, Fraction(1), Fraction(1)), TimeKnot(24, Fraction(2), Fraction(1))),
        landed=(LandedAccent(12, Fraction(3, 2), 0.25, 3.5),),
        confidence=0.5,
        reason="the impact lands on the beat",
    ),
    TakeSync(480.25, -12.5, 0.9, True, "found once"),
    Speech(BLOB, 48_000, (SpokenText("Hello", 100, 20_000, 1.0),)),
    TrackMeasures((TrackMeasure("song", -24.5, -3.25, 10.0),), (SpeechMeasure(0, 48_000, 9.75),)),
    Stems((StemFile("song", BLOB),), 0.5),
    Attestation("studio", BLOB, "Ada", "2026-05-01T12:00:00+00:00"),
    FilmArchive(BLOB, "{}", BLOB, BLOB, (BLOB,), (RESULT,)),
    MusicEdit(BLOB, BLOB, (Span(0, 100), Span(300, 500)), (Join(100, 100, 300, 0.75),)),
]
_NAMES = [type(noun).__name__ for noun in NOUNS]


def _edited(noun: object, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(noun))
    change(document)
    return document


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_a_noun_reads_back_as_itself(noun: Any) -> None:
    assert from_json(type(noun), to_json(noun)) == noun
    assert to_json(from_json(type(noun), to_json(noun))) == to_json(noun)
    assert from_document(type(noun), to_document(noun)) == noun


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_stored_documents_are_still_read(noun: Any, golden: Callable[[str, bytes], None]) -> None:
    pretty = json.dumps(json.loads(to_json(noun)), indent=1, sort_keys=True) + "\n"
    golden(f"schema/{type_tag(type(noun)).replace('/', '.')}.json", pretty.encode())
    assert from_json(type(noun), pretty) == noun


def test_every_versioned_type_has_a_baseline() -> None:
    names = [path.stem for path in Path(requests.__file__).parent.glob("[a-z]*.py")]
    modules = [importlib.import_module(f"shared.{name}") for name in names]
    nouns = {
        value.__name__
        for module in modules
        for value in vars(module).values()
        if dataclasses.is_dataclass(value) and isinstance(value, type) and "VERSION" in vars(value)
        if value.__module__ == module.__name__
    }
    assert {name for name in nouns if not name.endswith("Request")} == set(_NAMES)


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_every_missing_field_is_named(noun: Any) -> None:
    for field in dataclasses.fields(noun):
        if is_added(field) and getattr(noun, field.name) == field.default:
            continue
        document = _edited(noun, lambda d, name=field.name: d.pop(name))  # type: ignore[misc]
        with pytest.raises(InvalidInput, match=rf"{type_tag(type(noun))}.*missing.*{field.name}"):
            from_document(type(noun), document)


def test_a_field_that_came_later_may_be_missing_and_is_not_stored_at_its_default() -> None:
    plain = Framing(0.25, 0.5)
    assert to_document(plain)["fit"] == "crop"
    assert not {"fit", "follow"} & json.loads(to_json(plain)).keys()
    assert from_json(Framing, to_json(plain)) == plain
    other = Framing(fit=Fit.FILL)
    assert json.loads(to_json(other))["fit"] == "fill"
    assert from_json(Framing, to_json(other)) == other


@pytest.mark.parametrize("noun", NOUNS, ids=_NAMES)
def test_an_unknown_field_is_refused(noun: Any) -> None:
    with pytest.raises(InvalidInput, match="colour"):
        from_document(type(noun), _edited(noun, lambda document: document.update(colour=1)))


@pytest.mark.parametrize("tag", ["Brief/3", "Brief/1", "Brief", "Timeline/2", "", None, 1])
def test_another_type_or_version_is_refused(tag: object) -> None:
    with pytest.raises(InvalidInput, match="expected a document of type Brief/2"):
        from_document(Brief, _edited(NOUNS[0], lambda document: document.update(type=tag)))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[1]", b'"Brief/2"', b"null", b"[" * 100_000]
)
def test_what_is_not_an_object_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="Brief/2"):
        from_json(Brief, data)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("seed", "3"),
        ("seed", 3.5),
        ("seed", None),
        ("frame_rate", 30),
        ("frame_rate", "60000/2002"),
        ("frame_rate", "30/0"),
        ("frame_rate", "1e999999999"),
        ("pacing", "brisk"),
        ("references", {}),
        ("references", None),
        ("size", {"width": 1080, "height": 1921}),
        ("size", [1080, 1920]),
        ("song", "song.wav"),
    ],
)
def test_values_in_another_form_are_refused(where: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=rf"Brief/2 cannot be read: .*{where}"):
        from_document(Brief, _edited(NOUNS[0], lambda document: document.update({where: value})))


def test_a_fault_deep_inside_is_located() -> None:
    document = _edited(NOUNS[4], lambda document: document["shots"][0]["move"].pop("amount"))
    with pytest.raises(InvalidInput, match=r"missing \('amount'\) @ \$\.shots\[0\]\.move"):
        from_document(Timeline, document)


def test_equal_nouns_give_equal_bytes() -> None:
    assert to_json(Move(MoveKind.HOLD, 0)) == to_json(Move(MoveKind.HOLD, -0.0))
    assert to_json(Accent(1, 1)) == to_json(Accent(1, 1.0))


def test_no_noun_holds_a_number_that_json_lacks() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json(Accent(1, float("nan")))
    text = to_json(NOUNS[2]).replace(b"120.5", b"NaN")
    with pytest.raises(InvalidInput, match="tempo_bpm"):
        from_json(SyncMap, text)


def test_commentary_is_for_people_and_not_for_the_store() -> None:
    here = Reference("ride", MediaKind.VIDEO, BLOB, (), "here.mp4")
    there = Reference("ride", MediaKind.VIDEO, BLOB, (), "there.mp4")
    assert to_json(here) == to_json(there)
    assert to_document(here)["path"] == "here.mp4"
    assert from_json(Reference, to_json(here)).path is None
    assert from_document(Reference, to_document(here)).path == "here.mp4"
