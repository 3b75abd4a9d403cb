"""A hand-over's folder: what is in it, and how it is named."""

from __future__ import annotations

import pytest

from services.gateway.handover.package import formats_named, reel_name
from shared.errors import InvalidInput
from tests.gateway.handover.conftest import HandedOver


def test_the_folder_holds_all_that_the_files_name(handed: HandedOver) -> None:
    names = {path.name for path in handed.folder.iterdir()}
    assert names == {"film.otio", "film.xml", "film.fcpxml", "film.edl", "media"}
    shots = {path.stem for path in (handed.folder / "media" / "shots").iterdir()}
    assert shots == {shot.id for shot in handed.timeline.shots}
    used = {shot.source.handle for shot in handed.timeline.shots}
    originals = {path.stem for path in (handed.folder / "media" / "originals").iterdir()}
    assert originals == used
    assert [p.name for p in handed.folder.parent.iterdir() if p.name.startswith(".")] == []


def test_originals_are_the_users_own_bytes(handed: HandedOver) -> None:
    for event in handed.sequence.events:
        assert event.original is not None
        data = (handed.folder / event.original.path).read_bytes()
        assert type(event.original.blob).of_bytes(data) == event.original.blob


def test_reels_are_eight_letters_and_unique(handed: HandedOver) -> None:
    assert reel_name("my clip-01 (final)") == "MYCLIP01"
    assert reel_name("---") == "REEL"
    reels = {e.original.handle: e.original.reel for e in handed.sequence.events if e.original}
    assert len(set(reels.values())) == len(reels)


def test_formats_are_read_by_name() -> None:
    assert formats_named("otio, EDL,otio") == ("otio", "edl")
    for text in ("", "avid"):
        with pytest.raises(InvalidInput, match="expected otio, fcp7, fcpxml, edl"):
            formats_named(text)
