"""Which shots of a film a model makes, and how: the `generate` section of a brief."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import InvalidInput

SettingValue = bool | int | float | str
_MAX_EVERY = 1000
_DRAWN = "procedural"  # `shared.generation` cannot be imported by what a brief is made of


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a backend; LoRAs are named by their digest in the store."""

    name: str
    value: SettingValue


@dataclass(frozen=True, slots=True)
class ShotWish:
    """How some shots are made; what is None is left to who is asked next, at last to the backend.

    `prompt` mentions references by "@handle"; `model` is of the catalogue, or "procedural" for a
    shot that is drawn; `task` None follows from the roles of the references that are mentioned;
    `seed` is the first shot's, the next has the next. `settings` are in the order of their names.
    """

    prompt: str | None = None
    model: str | None = None
    task: str | None = None
    seed: int | None = None
    settings: tuple[Setting, ...] = ()

    def over(self, other: ShotWish) -> ShotWish:
        """This wish where it says something, and `other` where it does not.

        A shot that is drawn takes no settings of a model over.
        """
        inherited = () if self.model == _DRAWN else other.settings
        given = {item.name: item for item in (*inherited, *self.settings)}
        return ShotWish(
            self.prompt if self.prompt is not None else other.prompt,
            self.model if self.model is not None else other.model,
            self.task if self.task is not None or self.model == _DRAWN else other.task,
            self.seed if self.seed is not None else other.seed,
            tuple(given[name] for name in sorted(given)),
        )


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """Which shots are made: by place (1 is the first), by section, one in `every`; else all.

    A shot that is named in two ways goes by the first of these, and `default` says what that one
    does not. `sections` are by the label of a section in the song.
    """

    default: ShotWish = ShotWish()
    every: int | None = None
    sections: tuple[tuple[str, ShotWish], ...] = ()
    shots: tuple[tuple[int, ShotWish], ...] = ()

    def __post_init__(self) -> None:
        if self.every is not None and not 1 <= self.every <= _MAX_EVERY:
            raise InvalidInput(f"generate.every {self.every}: expected 1 to {_MAX_EVERY}")
        for place, _ in self.shots:
            if place < 1:
                raise InvalidInput(
                    f"generate.shots {place}: expected 1 for the first shot, or more"
                )

    @property
    def makes_all(self) -> bool:
        """Whether every shot is made."""
        return self.every == 1 or (self.every is None and not (self.sections or self.shots))

    @property
    def wishes(self) -> tuple[tuple[str, ShotWish], ...]:
        """Every wish that some shot may have, `default` under it, by its place in the brief."""
        named = [(f"generate.shots.{place}", wish) for place, wish in self.shots]
        named += [(f"generate.sections.{label}", wish) for label, wish in self.sections]
        filled = [(name, wish.over(self.default)) for name, wish in named]
        if self.every is not None or not named:
            filled.append(("generate", self.default))
        return tuple(filled)
