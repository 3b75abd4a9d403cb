"""report.html: one file, complete, with nothing from outside and nothing that was not meant."""

from __future__ import annotations

import base64
import hashlib
import io
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.gateway.page.page import report_page
from shared.sync_map import SAMPLE_RATE_HZ, Beat, SyncMap
from tests.gateway.films import Here, film_with_song

MAX_BYTES = 2_000_000
HOSTILE = (
    "\"'><script>alert(1)</script><img src=https://x.test/y onerror=alert(2)>${x} $title \udcff"
)


class Reader(HTMLParser):
    """Elements with their attributes and the text of each kind of element."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open[-1] if self._open else "", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return film_with_song(Here(), folder, [25, 25, 25, 25], Fraction(25))[0]


@pytest.fixture(scope="module")
def sync_map() -> SyncMap:
    second = SAMPLE_RATE_HZ
    beats = tuple(Beat(index * second // 2, 0.5) for index in range(16))
    return SyncMap(8 * second, 1.0, 120.0, 1.0, beats, (), (0.5,) * 800)


def made_hostile(value: Any) -> Any:
    """Every text of a document that is not a number or a name of ours, replaced."""
    if isinstance(value, dict):
        ours = {"size", "frame_rate", "quality", "hit", "clip"}
        return {k: v if k in ours else made_hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [made_hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


def test_page_has_every_part(document: dict[str, Any], film: Path, sync_map: SyncMap) -> None:
    page = Reader(report_page(document, sync_map, film))
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert {"film", "sound", "shots", "cuts", "work", "provenance"} <= ids
    assert page.texts["h1"] == [
        "2 of 2 cuts on their planned frame, 1 transition; sound 0 samples late; "
        "8.2\N{NO-BREAK SPACE}ms from the beat on average."
    ]
    classes = {attributes.get("class") for _, attributes in page.elements}
    assert {"wave", "energy", "beats", "playhead"} <= classes
    (video,) = page.all("video")
    assert (video["src"], video["poster"]) == ("film.mp4", "poster.jpg")
    assert len(page.all("img")) == 4


def test_nothing_comes_from_elsewhere(
    document: dict[str, Any], film: Path, sync_map: SyncMap
) -> None:
    page = Reader(report_page(document, sync_map, film))
    assert not page.all("link")
    assert not page.all("iframe")
    for _, attributes in page.elements:
        for name in ("src", "href", "poster"):
            target = attributes.get(name) or "film.mp4"
            assert target.startswith(("data:image/jpeg;base64,", "film.mp4", "poster.jpg")), target
    assert not any("url(" in text or "@import" in text for text in page.texts["style"])


def test_hostile_texts_stay_texts(document: dict[str, Any], film: Path, sync_map: SyncMap) -> None:
    good = Reader(report_page(document, sync_map, film))
    bad = Reader(report_page(made_hostile(document) | {"warnings": [HOSTILE]}, sync_map, film))
    assert len(bad.all("script")) == 1
    assert len(bad.all("img")) == len(good.all("img"))
    assert not any(name.startswith("on") for _, found in bad.elements for name in found)
    # It is there to be read, with what cannot be encoded replaced.
    assert HOSTILE.replace("\udcff", "?") in "".join(bad.texts["li"])


def test_policy_lets_only_the_pages_own_script_run(document: dict[str, Any], film: Path) -> None:
    page = Reader(report_page(document, None, film))
    (policy,) = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    script, *_ = page.texts["script"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_warnings_stand_above_the_film(document: dict[str, Any], film: Path) -> None:
    document["warnings"] = ["the sound is 480 samples late"]
    page = report_page(document, None, film).decode()
    assert page.index("the sound is 480 samples late") < page.index("<video")
    assert 'class="warnings"' not in report_page(document | {"warnings": []}, None, film).decode()


def test_silent_film_of_one_shot(document: dict[str, Any], film: Path) -> None:
    document |= {"song": None, "song_offset_seconds": None, "audio_lag_samples": None, "cuts": []}
    document["summary"]["mean_abs_offset_ms"] = None
    document["shots"] = document["shots"][:1]
    page = Reader(report_page(document, None, film))
    assert page.texts["h1"] == ["one shot without a cut; silent."]
    assert not any(attributes.get("class") == "wave" for attributes in page.all("path"))


def test_draft_and_edit_say_so(document: dict[str, Any], film: Path) -> None:
    page = report_page(document | {"quality": "draft"}, None, film).decode()
    assert "<span>draft</span>" in page
    assert "<span>an edit of another film</span>" in page
    plain = report_page(document | {"parent": None}, None, film).decode()
    assert "<span>draft</span>" not in plain
    assert "an edit of another film" not in plain


def test_sixty_detailed_shots_stay_small(document: dict[str, Any], film: Path) -> None:
    rng = np.random.default_rng(5)
    coarse = Image.fromarray(rng.integers(0, 256, (60, 107, 3), np.uint8))
    buffer = io.BytesIO()
    coarse.resize((320, 180), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=72)
    shots = [document["shots"][0] | {"id": f"s{k}", "clip": f"{k}/1"} for k in range(60)]
    cuts = [document["cuts"][0]] * 59
    known = {f"{k}/1": buffer.getvalue() for k in range(60)}
    assert len(buffer.getvalue()) > 12_000
    page = report_page(document | {"shots": shots, "cuts": cuts}, None, film, known)
    assert 60 * len(buffer.getvalue()) < len(page) < MAX_BYTES


def test_page_without_a_readable_film_still_tells(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"damaged")
    assert not Reader(report_page(document, None, tmp_path / "film.mp4")).all("img")
