"""A film cut to somebody speaking over music: words are heard, and no cut falls into one."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speech.voice import Word, say
from services.gateway.cli import main
from shared.sync_map import SAMPLE_RATE_HZ
from tests.e2e.sources import Sources

LINES = (
    "Every film begins with a single picture.",
    "Somebody holds a camera, and the light is almost gone.",
    "Nothing was open.",
)
PAUSE_S, LEAD_IN_S = 0.7, 0.6
MUSIC_LEVEL = 0.25  # of the voice's; about 12 dB below it
# Words are found to a twentieth of a second, and a frame is a thirtieth.
EDGE_S = 0.08


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory, sources: Sources) -> tuple[Path, list[Word]]:
    """The song of the brief under three sentences, and when each word is really said."""
    from scipy.signal import resample_poly

    with wave.open(str(sources.song), "rb") as file:
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    music = data[:, 0] / 32768
    parts, words = [np.zeros(round(LEAD_IN_S * SAMPLE_RATE_HZ))], []
    for text in LINES:
        said, start_s = say(text), sum(map(len, parts)) / SAMPLE_RATE_HZ
        words += [Word(w.text, w.start_s + start_s, w.end_s + start_s) for w in said.words]
        parts += [resample_poly(said.samples, 2, 1), np.zeros(round(PAUSE_S * SAMPLE_RATE_HZ))]
    voice = np.concatenate(parts)
    mix = voice / np.abs(voice).max() + MUSIC_LEVEL * np.resize(music, len(voice))
    path = tmp_path_factory.mktemp("spoken") / "spoken.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes((mix / np.abs(mix).max() * 32767).astype("<i2").tobytes())
    return path, words


def test_no_cut_falls_into_a_word(
    sources: Sources, spoken: tuple[Path, list[Word]], tmp_path: Path
) -> None:
    path, said = spoken
    references = [word for item in (*sources.clips, *sources.photos) for word in ("--ref", item)]
    flags = ["--size", "256x144", "--pacing", "frantic", "--quiet", "--language", "en"]
    out = tmp_path / "film"
    words = ["make", "--words", "--song", path, *references, *flags, "-o", out]
    assert main([str(word) for word in words]) == 0
    report = json.loads((out / "report.json").read_text())
    heard = json.loads((out / "sync.json").read_text())["words"]
    # What was said was heard, so that there is something to spare.
    assert len(heard) >= 0.9 * len(said)
    rate, offset_s = float(report["frame_rate"]), report["song_offset_seconds"]
    cuts_s = [cut["measured_frame"] / rate + offset_s for cut in report["cuts"]]
    assert len(cuts_s) >= 5
    assert [(cut, word.text) for cut in cuts_s for word in said if _is_inside(cut, word)] == []
    spoken_for = {cut["event"] for cut in report["cuts"]}
    assert spoken_for & {"word", "sentence"}


def _is_inside(cut_s: float, word: Word) -> bool:
    return word.start_s + EDGE_S < cut_s < word.end_s - EDGE_S
