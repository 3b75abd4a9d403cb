"""What is different between two revisions of a film that was really made."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.api.films.compare import compare_revisions
from services.gateway.api.films.revisions import Revision
from shared.schema import to_json
from tests.gateway.conftest import Played


def revision(played: Played, build: str, name: str) -> Revision:
    return Revision(name, "film", 1, None, "main", None, None, build, {}, {}, None, None, 0.0)


def test_shots_are_kept_changed_added_and_removed(played: Played) -> None:
    first, rest = played.timeline.shots[0], played.timeline.shots[1:]
    renamed = replace(first, id="new")
    changed = replace(rest[0], is_locked=True)
    timeline = replace(played.timeline, shots=(renamed, changed, *rest[1:]), transitions=())
    clips = [
        replace(clip, shot_id="new")
        if clip.shot_id == first.id
        else replace(clip, packets_sha256="other")
        if clip.shot_id == rest[0].id
        else clip
        for clip in played.built.build.clips
    ]
    put = played.blobs.put
    build = replace(played.built.build, timeline=put(to_json(timeline)), clips=tuple(clips))
    one = revision(played, str(played.built.digest), "a")
    other = revision(played, str(put(to_json(build))), "b")
    found = compare_revisions(played.blobs, one, other)
    kept = len(rest) - 1
    assert found["summary"] == {
        "kept": kept, "changed": 1, "added": 1, "removed": 1, "same_sound": True,
    }  # fmt: skip
    what = {line["shot"]: line for line in found["shots"]}
    assert what["new"]["what"] == "added"
    assert what[first.id]["what"] == "removed"
    assert what[rest[0].id]["changed"] == ["is_locked"]
    same = compare_revisions(played.blobs, one, one)["summary"]
    assert same["kept"] == len(played.timeline.shots)
