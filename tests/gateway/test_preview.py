"""The preview names what will run with the field that changed, and what is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from services.gateway.embedded import embedded_runner
from services.gateway.kept import Parent
from services.gateway.preview import Fate, Preview, preview
from shared.timeline import Timeline, Transition, TransitionKind
from tests.gateway.conftest import Played


def look(played: Played, timeline: Timeline) -> Preview:
    async def run() -> Preview:
        async with embedded_runner(played.settings) as runner:
            return preview(runner, timeline, Parent(played.timeline, played.built.build))

    return asyncio.run(run())


def fates(found: Preview) -> dict[tuple[str, str], Fate]:
    return {(line.action, line.subject): line.fate for line in found.lines}


def test_an_untouched_film_is_kept_whole(played: Played) -> None:
    found = look(played, played.timeline)
    assert found.count(Fate.KEPT) == len(played.timeline.shots)
    assert found.count(Fate.WILL_RUN) == found.count(Fate.MAY_RUN) == 0
    assert found.cpu_seconds == 0


def test_a_changed_shot_will_run_and_what_follows_may(played: Played) -> None:
    shots = list(played.timeline.shots)
    shots[1] = replace(shots[1], grade=replace(shots[1].grade, saturation=0.37))
    found = look(played, replace(played.timeline, shots=tuple(shots)))
    label = f"shot {shots[1].id}"
    seen = fates(found)
    assert seen["render", label] is Fate.WILL_RUN
    assert seen["measure", label] is seen["assemble", "film"] is seen["inspect", "film"]
    assert seen["measure", label] is Fate.MAY_RUN
    assert seen["mix", "sound"] is Fate.IN_STORE
    (changed,) = [line.changed for line in found.lines if line.fate is Fate.WILL_RUN]
    assert changed == ("grade.saturation 1 -> 0.37",)
    assert 0 < found.cpu_seconds < 60


def test_a_transition_is_new_and_its_neighbours_are_cut_short(played: Played) -> None:
    shots = played.timeline.shots
    transition = Transition(shots[1].id, TransitionKind.DIP, 4)
    found = look(played, replace(played.timeline, transitions=(transition,)))
    will = [line for line in found.lines if line.fate is Fate.WILL_RUN]
    assert [line.action for line in will] == ["render", "transition", "render"]
    assert will[1].changed == ("new in this film",)
    assert any("span" in field for field in will[0].changed)


def test_another_order_assembles_and_renders_nothing(played: Played) -> None:
    found = look(played, replace(played.timeline, shots=tuple(reversed(played.timeline.shots))))
    assert found.count(Fate.WILL_RUN) == 0
    assert fates(found)["assemble", "film"] is Fate.MAY_RUN


def test_another_window_of_the_song_is_mixed(played: Played) -> None:
    assert played.timeline.sound is not None
    sound = replace(played.timeline.sound, start_sample=4_321)
    found = look(played, replace(played.timeline, sound=sound))
    assert fates(found)["mix", "sound"] is Fate.WILL_RUN
