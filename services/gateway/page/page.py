"""report.html: a film with everything that was measured of it, as one file to look at.

The page needs nothing but film.mp4 and poster.jpg beside it: no network, and no JavaScript for
reading. Its security policy lets nothing else in, whatever a file name says.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from math import ceil
from pathlib import Path
from string import Template
from typing import Any

from services.gateway.page.casting_section import casting_section
from services.gateway.page.cuts_section import cuts_section
from services.gateway.page.deliveries_section import deliveries_section
from services.gateway.page.flash_section import flash_section
from services.gateway.page.heard import heard_in_film
from services.gateway.page.look_section import look_section
from services.gateway.page.markup import Markup, element, joined
from services.gateway.page.provenance_section import provenance_section
from services.gateway.page.rhythm_section import rhythm_section
from services.gateway.page.roles_section import roles_section
from services.gateway.page.sheet_section import sheet_section, shots_line
from services.gateway.page.sound_section import film_seconds, sound_section
from services.gateway.page.thumbnails import thumbnails
from services.gateway.page.tracks_section import tracks_section
from services.gateway.page.type_section import type_section
from services.gateway.page.waveform import read_waveform
from services.gateway.page.wording import figure, frame_rate_of, said_rate, verdict
from services.gateway.page.work_section import work_section
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap

_NUM_COLUMNS = 900
# The arc of the song, not its beats: those are drawn as such.
_ENERGY_STEPS_PER_SECOND, _MAX_ENERGY_STEPS = 2, 300


def report_page(
    report: Mapping[str, Any],
    sync_map: SyncMap | None,
    film: Path,
    known_thumbnails: Mapping[str, bytes] | None = None,
) -> bytes:
    """The report.html of a film, from its report.json, what was heard, and the film's own file.

    `known_thumbnails` are JPEGs by the digest of a clip, from `thumbnails`; only what is missing
    is read from the film.
    """
    seconds = film_seconds(report)
    offset = report["song_offset_seconds"]
    start_sample = None if offset is None else round(offset * SAMPLE_RATE_HZ)
    steps = min(_MAX_ENERGY_STEPS, ceil(seconds * _ENERGY_STEPS_PER_SECOND))
    heard = heard_in_film(sync_map, start_sample, seconds, steps)
    is_silent = report.get("sound") is None and offset is None
    waveform = None if is_silent else read_waveform(film, _NUM_COLUMNS, seconds)
    main = joined(
        _header(report),
        _warnings(report),
        _film(report),
        sound_section(report, waveform, heard),
        sheet_section(report, thumbnails(film, report, known_thumbnails)),
        cuts_section(report),
        rhythm_section(report),
        casting_section(report),
        roles_section(report),
        look_section(report),
        tracks_section(report),
        type_section(report),
        flash_section(report),
        deliveries_section(report),
        work_section(report),
        provenance_section(report),
    )
    return _filled(main, verdict(report)).encode("utf-8", errors="replace")


def _filled(main: Markup, title: str) -> str:
    script, style = _packaged("page.js"), _packaged("page.css")
    digest = hashlib.sha256(script.encode()).digest()
    return Template(_packaged("page.html")).substitute(
        title=joined(title),
        style=style,
        script=script,
        script_sha256=base64.b64encode(digest).decode("ascii"),
        main=main,
    )


def _packaged(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _header(report: Mapping[str, Any]) -> Markup:
    facts = [
        _length(report),
        report["size"].replace("x", " × "),
        said_rate(frame_rate_of(report)),
        shots_line(report),
        _song_name(report),
    ]
    facts += ["draft"] if report["quality"] == "draft" else []
    loudness = (report.get("sound") or {}).get("loudness_lufs")
    facts += [f"{figure(loudness, 1)} LUFS"] if loudness is not None else []
    facts += ["an edit of another film"] if report.get("parent") else []
    return element(
        "header",
        element("p", "Onbeat", class_="brand"),
        element("h1", verdict(report).replace(" ms", "\N{NO-BREAK SPACE}ms") + "."),
        element("p", *(element("span", fact) for fact in facts), class_="facts"),
    )


def _song_name(report: Mapping[str, Any]) -> str:
    if report["song"] is not None:
        return Path(report["song"]).name
    return "silent" if report.get("sound") is None else "no song"


def _length(report: Mapping[str, Any]) -> str:
    """How long the film is, for people: "25.9 s" or "3 min 5 s"."""
    seconds = film_seconds(report)
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _warnings(report: Mapping[str, Any]) -> Markup | None:
    if not report["warnings"]:
        return None
    items = (element("li", warning) for warning in report["warnings"])
    return element("ul", *items, class_="warnings", role="status")


def _film(report: Mapping[str, Any]) -> Markup:
    width, _, height = report["size"].partition("x")
    video = element(
        "video",
        src="film.mp4",
        poster="poster.jpg",
        controls=True,
        playsinline=True,
        preload="metadata",
        width=int(width),
        height=int(height),
    )
    style = f"--aspect:{int(width)}/{int(height)}"
    return element("section", video, id="film", aria_label="Film", style=style)
