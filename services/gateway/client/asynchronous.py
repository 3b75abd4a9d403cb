"""The client of the HTTP API for asyncio: the words of `client.py`, to be awaited."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.gateway.client import conversations
from services.gateway.client.asynchronous_connection import AsyncConnection
from services.gateway.client.folders import revision_folder
from services.gateway.client.refusals import job_error
from services.gateway.client.results import (
    Approval,
    Delivery,
    Edit,
    Event,
    Film,
    Job,
    Reference,
    Revision,
)
from services.gateway.client.uploads import Told, upload


class AsyncClient(AsyncConnection):
    """The films of a server; an asynchronous context manager. See `AsyncConnection`."""

    async def upload(
        self,
        path: Path,
        handle: str | None = None,
        *,
        purpose: str = "media",
        told: Told | None = None,
    ) -> Reference:
        """Send a file in parts, going on where a connection was lost; see `uploads.upload`."""
        return await self._say(upload(path, handle, purpose, told))

    async def reference(self, name: str) -> Reference:
        """One reference, by its id or "@handle"."""
        return await self._say(conversations.reference(name))

    async def references(self) -> tuple[Reference, ...]:
        """All references, the newest first."""
        return await self._say(conversations.references())

    async def delete_reference(self, reference: str) -> None:
        """Delete a reference."""
        await self._say(conversations.delete_reference(reference))

    async def estimate(self, brief: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a film of a brief may cost."""
        return await self._say(conversations.estimate(brief))

    async def create_film(
        self,
        brief: Mapping[str, Any],
        *,
        name: str = "Untitled",
        draft: bool = False,
        metadata: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Film:
        """Ask for a film; `job` of the result makes it. Asked again with one `key`, it is one."""
        asked = conversations.create_film(brief, name, draft, metadata or {}, key)
        return await self._say(asked)

    async def film(self, film: str) -> Film:
        """One film."""
        return await self._say(conversations.film(film))

    async def films(self) -> tuple[Film, ...]:
        """All films, the newest first."""
        return await self._say(conversations.films())

    async def delete_film(self, film: str) -> None:
        """Delete a film with all its revisions."""
        await self._say(conversations.delete_film(film))

    async def job(self, job: str) -> Job:
        """One job."""
        return await self._say(conversations.job(job))

    async def cancel(self, job: str) -> Job:
        """Stop a job."""
        return await self._say(conversations.cancel(job))

    async def wait(self, job: str, watch: Callable[[Event], None] | None = None) -> Job:
        """Follow a job to its end; raises why it failed. `watch` is told each event."""
        async for event in self.events(job=job):
            if watch is not None:
                watch(event)
        done = await self.job(job)
        if done.state != "succeeded":
            raise job_error(done.error, done.state)
        return done

    async def revision(self, film: str, revision: str = "head") -> Revision:
        """A revision by its id, its number or "head"."""
        return await self._say(conversations.revision(film, revision))

    async def revisions(self, film: str) -> tuple[Revision, ...]:
        """A film's revisions, the newest first."""
        return await self._say(conversations.revisions(film))

    async def edit(
        self,
        film: str,
        what: str | Sequence[Mapping[str, Any]],
        *,
        parent: str | None = None,
        branch: str = "main",
        dry_run: bool = False,
        key: str | None = None,
    ) -> Edit:
        """Edit a film in words (text) or by operations (a list); `job` of the result makes it."""
        asked = conversations.edit(film, what, parent, branch, dry_run, key)
        return await self._say(asked)

    async def approve(self, film: str, by: str, revision: str = "head") -> Approval:
        """Approve a revision: all its shots are locked, by a job where some were not."""
        return await self._say(conversations.approve(film, revision, by))

    async def restore(self, film: str, revision: str) -> Revision:
        """Make an earlier revision the latest again."""
        return await self._say(conversations.restore(film, revision))

    async def cut_down(
        self, film: str, seconds: float, *, revision: str = "head", key: str | None = None
    ) -> Film:
        """Ask for a shorter film of a revision; `job` of the result makes it."""
        return await self._say(conversations.cut_down(film, revision, seconds, key))

    async def export(
        self,
        film: str,
        to: Path,
        *,
        revision: str = "head",
        formats: Sequence[str] = ("otio", "fcp7", "fcpxml", "edl"),
    ) -> None:
        """Hand a revision over to editing programs: a zip with originals, shots and sound."""
        job, path = await self._say(conversations.export(film, revision, formats))
        await self.wait(job)
        await self.save(path, to)

    async def deliveries(self, film: str, revision: str = "head") -> tuple[Delivery, ...]:
        """What can be handed over of a revision, as files."""
        return await self._say(conversations.deliveries(film, revision))

    async def report(self, film: str, revision: str = "head") -> Mapping[str, Any]:
        """report.json of a revision."""
        return await self._say(conversations.report(film, revision))

    async def compare(self, film: str, before: str, after: str = "head") -> Mapping[str, Any]:
        """What is different between two revisions, shot by shot."""
        return await self._say(conversations.compare(film, before, after))

    async def link(
        self, film: str, filename: str, *, revision: str = "head", seconds: int = 3600
    ) -> str:
        """An address that opens a file without a key for some seconds."""
        path = await self._say(conversations.link(film, revision, filename, seconds))
        return self.address + path

    async def download_film(self, film: str, out: Path, *, revision: str = "head") -> Revision:
        """All files of a revision as the folder `out`, which appears by one rename."""
        found = await self.revision(film, revision)
        with revision_folder(out, found, self.address) as folder:
            for name in found.files:
                await self.download(film, name, folder / name, revision=found.id)
        return found
