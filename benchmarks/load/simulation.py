"""Films through the scheduling alone: the real queue of films, the real outbox and its picks.

Everything that decides runs as it is, on a real database: `Jobs` says which film is begun,
`Outbox` and `Picks` which action a render worker takes, `Executions` what is done already. Only
time is not real: an action takes the CPU seconds that were measured, at once.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.load.fairness import Made, Served
from benchmarks.load.recorded import Film, Step
from benchmarks.load.virtual_time import Agenda
from services.gateway.api.jobs.messages import JobMessages
from services.gateway.api.jobs.service import Job, Jobs
from services.gateway.api.keys.service import Keys, Tenant
from shared.database import Connection, Database
from shared.digest import Digest
from shared.executions import Executions
from shared.outbox import Letter, Outbox
from shared.queue.picks import Pick, Picks
from shared.result import Result
from shared.turns import FILMS

_LEASE_SECONDS, _BEAT_SECONDS, _SWEEP_SECONDS = 15.0, 5.0, 1.0
_RENDER = "render"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many films are made at a time, and how many processes each service has."""

    film_workers: int = 4
    render: int = 8
    encoder: int = 4
    audio_sync: int = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A film that somebody asks for, so many seconds after the beginning."""

    tenant: str
    film: Film
    after_seconds: float = 0.0


class Servers:
    """So many processes that do one thing after the other, first come first served."""

    def __init__(self, agenda: Agenda, count: int) -> None:
        self._agenda = agenda
        self._free = count
        self._waiting: deque[tuple[float, Callable[[], None]]] = deque()

    def do(self, seconds: float, done: Callable[[], None]) -> None:
        """Take so long as soon as a process is free, then call `done`."""
        self._waiting.append((seconds, done))
        self._begin()

    def _begin(self) -> None:
        while self._free and self._waiting:
            seconds, done = self._waiting.popleft()
            self._free -= 1
            self._agenda.after(seconds, lambda done=done: self._end(done))  # type: ignore[misc]

    def _end(self, done: Callable[[], None]) -> None:
        self._free += 1
        done()
        self._begin()


class Simulation:
    """A cluster of some sizes, over a database that tells the agenda's time."""

    def __init__(self, database: Database, agenda: Agenda, sizes: Sizes) -> None:
        self.agenda = agenda
        self.made: list[Made] = []
        self.served: list[Served] = []
        self.actions_run = 0
        self.hits = 0
        self._database = database
        self._jobs = Jobs(database)
        self._keys = Keys(database)
        self._executions = Executions(database)
        self._outbox = Outbox(database)
        self._tenants: dict[str, Tenant] = {}
        self._films: list[Film] = []
        self._asked_at: dict[str, float] = {}
        self._services = {
            "encoder": Servers(agenda, sizes.encoder),
            "audio_sync": Servers(agenda, sizes.audio_sync),
        }
        self._idle_film_workers = [f"film-{number}:1:film-{n}" for n, number in _numbered(sizes)]
        self._idle_renderers = [
            Picks(database, f"render-{number}:1:render-{number}", _LEASE_SECONDS)
            for number in range(sizes.render)
        ]
        self._film_messages = JobMessages(database)
        # Messages at the broker, which workers take as they become free.
        self._messages: Counter[str] = Counter()
        self._is_publishing = False
        self._waiters: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)
        self._seconds_of: dict[str, float] = {}

    def run(self, wishes: Sequence[Wish]) -> None:
        """Make all films; times in `made` and `served` are the agenda's."""
        for wish in wishes:
            self.agenda.after(wish.after_seconds, lambda wish=wish: self._ask(wish))  # type: ignore[misc]
        self._sweep()
        self.agenda.run(lambda: len(self.made) == len(wishes))

    def _ask(self, wish: Wish) -> None:
        tenant = self._tenant(wish.tenant)
        self._films.append(wish.film)
        with self._database.writing(durable=False) as connection:
            job = self._jobs.submit(
                connection, tenant, "make", None, {"film": len(self._films) - 1}
            )
        self._asked_at[job] = self.agenda.clock.now
        self._publish()

    def _tenant(self, name: str) -> Tenant:
        if name not in self._tenants:
            found = self._keys.tenant(name, create=True)
            quotas = dataclasses.replace(found.quotas, unfinished_jobs=10**6)
            self._tenants[name] = dataclasses.replace(found, quotas=quotas)
        return self._tenants[name]

    def _take_films(self) -> None:
        while self._idle_film_workers and self._messages[FILMS]:
            self._messages[FILMS] -= 1
            job = self._jobs.claim(self._idle_film_workers[-1], _LEASE_SECONDS)
            if job is None:
                continue
            owner = self._idle_film_workers.pop()
            name = next(one.name for one in self._tenants.values() if one.id == job.tenant)
            _FilmWorker(self, owner, job, name, self._films[int(job.request["film"])]).begin()

    def finish(self, worker: _FilmWorker) -> None:
        """A film is made: its job ends, and its worker takes the next."""
        self._jobs.finish(worker.job, {}, _nothing)
        asked_at = self._asked_at[worker.job.id]
        now = self.agenda.clock.now
        self.made.append(Made(worker.tenant, asked_at, worker.began_at, now))
        self._idle_film_workers.append(worker.owner)
        self._take_films()

    def beat(self, worker: _FilmWorker, progress: float) -> None:
        """The heartbeat of a film worker."""
        self._jobs.beat(worker.job, _LEASE_SECONDS, progress, _RENDER)

    def perform(
        self, worker: _FilmWorker, step: Step, number: int, done: Callable[[], None]
    ) -> None:
        """Perform an action for a film wherever it belongs, or find it done already."""
        tenant = self._tenants[worker.tenant]
        key = _key(tenant.salt, step.shared or f"{worker.job.id} {number}")
        row = self._executions.find(key)
        if row is not None and row.result is not None:
            self.hits += 1
            self.agenda.after(0.0, done)
            return
        self._waiters[key].append(done)
        if len(self._waiters[key]) > 1:
            return
        self._seconds_of[key] = step.cpu_seconds
        letter = Letter(key, _RENDER, tenant.salt)
        if step.place == _RENDER:
            self._outbox.ask(letter, backend=f"{step.action}/simulated", request="{}")
            self._publish()
            return
        servers = worker.own if step.place == "film" else self._services[step.place]
        servers.do(step.cpu_seconds, lambda: self._performed(letter, step.action))

    def _performed(self, letter: Letter, action: str) -> None:
        attempt = self._executions.claim(
            letter.key,
            backend=f"{action}/simulated",
            request="{}",
            owner="service",
            lease_seconds=_LEASE_SECONDS,
        )
        assert attempt is not None
        self._complete(letter, attempt)

    def _publish(self) -> None:
        # As a runner does: what was asked for at one moment is published together.
        if not self._is_publishing:
            self._is_publishing = True
            self.agenda.after(0.0, self._publish_due)

    def _publish_due(self) -> None:
        self._is_publishing = False
        for letters in (self._film_messages, self._outbox):
            self._messages.update(letter.queue for letter in letters.take_due())
        self._take_films()
        self._render()

    def _sweep(self) -> None:
        self._publish()
        self.agenda.after(_SWEEP_SECONDS, self._sweep)

    def _render(self) -> None:
        while self._messages[_RENDER] and self._idle_renderers:
            self._messages[_RENDER] -= 1
            picks = self._idle_renderers.pop()
            picked = picks.take(_RENDER)
            if picked is None:
                self._idle_renderers.append(picks)
                continue
            attempt = picks.begin(picked)
            assert attempt is not None
            self._rendering(picks, picked, attempt)

    def _rendering(self, picks: Picks, picked: Pick, attempt: int) -> None:
        def done() -> None:
            self._idle_renderers.append(picks)
            self._complete(picked.letter, attempt)
            self._render()

        self.agenda.after(self._seconds_of[picked.key], done)

    def _complete(self, letter: Letter, attempt: int) -> None:
        seconds = self._seconds_of.pop(letter.key)
        result = Result(Digest.of_bytes(letter.key.encode()), (), seconds, seconds)
        if not self._executions.complete(letter.key, attempt, result):
            raise RuntimeError(f"{letter.key} was taken from its worker")
        self.actions_run += 1
        name = next(one.name for one in self._tenants.values() if one.salt == letter.salt)
        self.served.append(Served(name, self.agenda.clock.now, seconds))
        for done in self._waiters.pop(letter.key):
            done()


class _FilmWorker:
    """One film on its way through its steps."""

    def __init__(self, world: Simulation, owner: str, job: Job, tenant: str, film: Film) -> None:
        self.owner, self.job, self.tenant = owner, job, tenant
        self.began_at = world.agenda.clock.now
        self.own = Servers(world.agenda, 1)
        self._world = world
        self._film = film
        self._undone = {number: set(step.after) for number, step in enumerate(film)}
        self._ended = 0

    def begin(self) -> None:
        """Begin what waits for nothing."""
        self._beat()
        for number in [place for place, after in self._undone.items() if not after]:
            self._start(number)

    def _start(self, number: int) -> None:
        step = self._film[number]
        del self._undone[number]
        if step.action in ("direct", "report"):
            self.own.do(step.cpu_seconds, lambda: self._end(number))
        else:
            self._world.perform(self, step, number, lambda: self._end(number))

    def _end(self, number: int) -> None:
        self._ended += 1
        if self._ended == len(self._film):
            self._world.finish(self)
            return
        ready = []
        for place, after in self._undone.items():
            after.discard(number)
            if not after:
                ready.append(place)
        for place in ready:
            if place in self._undone:
                self._start(place)

    def _beat(self) -> None:
        if self._ended < len(self._film):
            self._world.beat(self, self._ended / len(self._film))
            self._world.agenda.after(_BEAT_SECONDS, self._beat)


def _numbered(sizes: Sizes) -> Sequence[tuple[int, int]]:
    return [(number, number) for number in reversed(range(sizes.film_workers))]


def _key(salt: str, name: str) -> str:
    return hashlib.sha256(f"{salt} {name}".encode()).hexdigest()


def _nothing(connection: Connection) -> None:
    """The film is in no table."""
