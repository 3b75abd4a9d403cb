"""One of every noun that is stored as JSON."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

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
from shared.digest import Digest
from shared.measurement import FrozenRun, SegmentMeasure
from shared.motion import LandedAccent, MotionAlignment, TimeKnot
from shared.music_edit import Join, MusicEdit
from shared.requests import Delivery, Quality
from shared.shot import Accent, Footage, Framing, Move, MoveKind, Shot
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
