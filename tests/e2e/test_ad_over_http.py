"""Issue 8's "done when": a product ad through HTTP only, from files to the editing program."""

from __future__ import annotations

from pathlib import Path

import opentimelineio as otio
import pytest

from examples.ad_over_http import EDITS, Material, Wanted, make_ad
from services.gateway.client import Client
from shared.media.video import VideoReader
from tests.e2e.sources import write_sources
from tests.gateway.api.conftest import serving


@pytest.mark.timeout(400)
def test_an_ad_is_made_edited_approved_cut_down_delivered_and_handed_over(tmp_path: Path) -> None:
    files = write_sources(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    with serving(tmp_path / "store") as server, Client(server.address, server.key) as client:
        material = Material(files.song, files.clips, files.photos[1])
        wanted = Wanted("128x72", seconds=5, cutdown_seconds=3)
        ad = make_ad(client, material, wanted, out, say=lambda text: None)
        # Five edits, each a revision on top of the one before, each read back.
        revisions = client.revisions(ad.film)
        assert len(ad.edits) == len(EDITS) == 5
        assert all(edit["says"] for edit in ad.edits)
        assert [r.number for r in revisions] == list(range(len(revisions), 0, -1))
        assert ad.edits[0]["summary"]["shots_kept"] == ad.edits[0]["summary"]["shots"]
        # A wish for one shot keeps the others' packets.
        pushed = client.compare(ad.film, ad.edits[1]["revision"], ad.edits[2]["revision"])
        assert pushed["summary"]["changed"] == 1
        # Approved is locked.
        assert ad.approved.approved_by == "Ada Moe"
        locked = client.report(ad.film)
        assert client.revision(ad.film).id == ad.approved.id
        # The cutdown is shorter and of the ad's own packets.
        cutdown = client.revision(ad.cutdown)
        assert cutdown.summary["duration_seconds"] == pytest.approx(3, abs=0.5)
        assert ad.cutdown_told["shots_kept"] > 0
        assert cutdown.parent == ad.approved.id
    sizes = {}
    for path in ad.deliveries:
        with VideoReader(path) as reader:
            sizes[path.name] = (reader.width, reader.height)
    ratios = sorted(round(width / height, 2) for width, height in sizes.values())
    assert ratios == [pytest.approx(9 / 16, abs=0.02), 1.0, pytest.approx(16 / 9, abs=0.02)]
    # The hand-over has every shot, and media for each of them beside it.
    video = next(track for track in ad.timeline.tracks if track.kind == otio.schema.TrackKind.Video)
    shots = [item for item in video if isinstance(item, otio.schema.Clip)]
    assert len(shots) == len(locked["shots"])
    for shot in shots:
        for media in shot.media_references().values():
            assert isinstance(media, otio.schema.ExternalReference)
            assert (ad.handover / media.target_url).is_file(), media.target_url
