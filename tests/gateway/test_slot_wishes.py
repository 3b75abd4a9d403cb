"""Wishes for slots: prompts, mentions in them, and products, each seen where it was asked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from services.gateway.casting import Director
from services.gateway.director import slots_of
from services.gateway.material import Material, Photo, Stretch
from services.gateway.music import Music
from services.gateway.slot_wishes import SlotWishes, section_labels, slot_wishes
from shared.brief import Brief, Role, Size
from shared.sync_map import SAMPLE_RATE_HZ, Section
from tests.gateway.edits.scenes import RATE, SYNC_MAP
from tests.gateway.synthetic import material, motion, style

# Sections of 5, 10 and 15 s: verse, chorus and outro; a second a shot.
MUSIC = Music(SYNC_MAP, 0, RATE)
SPANS = tuple(pairwise(range(0, 901, 30)))
PHOTOS = {name: style() for name in ("coffee", "cup")}
CLIPS = {"ride": motion(40), "short": motion(0.5)}


def wishes(
    prompt: str | None = None,
    section_prompts: tuple[tuple[str, str], ...] = (),
    roles: dict[str, tuple[Role, ...]] | None = None,
) -> tuple[SlotWishes, Material]:
    found = material(CLIPS, PHOTOS, roles)
    items: list[Stretch | Photo] = [*found.stretches, *found.photos]
    brief = Brief(
        None,
        tuple(item.reference for item in items),
        size=Size(320, 180),
        prompt=prompt,
        section_prompts=section_prompts,
    )
    return slot_wishes(brief, MUSIC, SPANS, found, ()), found


def shown(asked: SlotWishes, found: Material) -> list[str]:
    slots = tuple(replace(slot, prompt=None) for slot in slots_of(list(SPANS), MUSIC))
    casts = Director(slots, found, wants=asked.wants).cast(0).casts
    return [cast.reference.handle for cast in casts]


def test_a_section_has_its_prompt_and_the_rest_the_films() -> None:
    asked, _ = wishes("a street", (("chorus", "people dance"),))
    assert asked.prompts == ("a street",) * 5 + ("people dance",) * 10 + ("a street",) * 15
    assert section_labels(MUSIC, SPANS)[4:6] == ["verse", "chorus"]


def test_a_mention_in_a_sections_prompt_is_seen_in_that_section() -> None:
    asked, found = wishes(None, (("verse", "@cup by the window"), ("outro", "@coffee, @cup")))
    assert asked.prompts[0] == "cup by the window"
    seen = shown(asked, found)
    assert "cup" in seen[:5]
    assert {"coffee", "cup"} <= set(seen[15:])
    assert asked.mentions[0] == {"cup"}
    assert 7 not in asked.mentions


def test_a_section_that_comes_again_shows_it_again() -> None:
    sections = tuple(
        Section(n * 6 * SAMPLE_RATE_HZ, (n + 1) * 6 * SAMPLE_RATE_HZ, label)
        for n, label in enumerate(("verse", "chorus", "verse", "chorus", "verse"))
    )
    music = Music(replace(SYNC_MAP, sections=sections), 0, RATE)
    found = material(CLIPS, PHOTOS)
    items: list[Stretch | Photo] = [*found.stretches, *found.photos]
    brief = Brief(None, tuple(i.reference for i in items), section_prompts=(("chorus", "@cup"),))
    wanted = slot_wishes(brief, music, SPANS, found, ()).wants.shown
    assert [index // 6 for index in wanted] == [1, 3]


def test_a_mention_in_the_films_prompt_is_seen_at_least_once() -> None:
    asked, found = wishes("morning with @coffee")
    assert "coffee" in shown(asked, found)
    (claimed,) = asked.wants.shown.values()
    assert claimed == {"coffee"}
    assert asked.prompts[0] == "morning with coffee"


def test_no_slot_is_promised_twice_nor_to_a_clip_that_is_too_short() -> None:
    asked, _ = wishes(None, (("verse", "@coffee @cup @short"),))
    assert sorted(asked.wants.shown.values(), key=sorted) == [{"coffee"}, {"cup"}]
    assert len(asked.wants.shown) == 2
    assert set(asked.wants.shown) <= set(range(5))


def test_a_product_is_seen_in_every_eighth_of_the_shots_where_it_is_loud() -> None:
    asked, found = wishes(roles={"cup": (Role.PRODUCT,)})
    assert sorted(index // 10 for index in asked.wants.shown) == [0, 1, 2]
    assert all(SYNC_MAP.energy[index * 100] > 0.5 for index in asked.wants.shown)
    assert shown(asked, found).count("cup") >= 3


def test_the_first_shot_is_kept_for_what_opens_the_film() -> None:
    asked, _ = wishes("@coffee", (("verse", "@cup"),), {"ride": (Role.FIRST_FRAME,)})
    assert 0 not in asked.wants.shown
    opening, _ = wishes("@coffee", roles={"coffee": (Role.FIRST_FRAME,)})
    assert opening.wants.shown == {}
