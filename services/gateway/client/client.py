"""The client of the HTTP API, for code that waits: `asynchronous.py` is the same with await."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.gateway.client import conversations
from services.gateway.client.connection import Connection
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


class Client(Connection):
    """The films of a server; a context manager. How it is made: see `Connection`."""

    def upload(
        self,
        path: Path,
        handle: str | None = None,
        *,
        purpose: str = "media",
        told: Told | None = None,
    ) -> Reference:
        """Send a file in parts, going on where a connection was lost; see `uploads.upload`."""
        return self._say(upload(path, handle, purpose, told))

    def reference(self, name: str) -> Reference:
        """One reference, by its id or "@handle"."""
        return self._say(conversations.reference(name))

    def references(self) -> tuple[Reference, ...]:
        """All references, the newest first."""
        return self._say(conversations.references())

    def delete_reference(self, reference: str) -> None:
        """Delete a reference."""
        self._say(conversations.delete_reference(reference))

    def estimate(self, brief: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a film of a brief may cost."""
        return self._say(conversations.estimate(brief))

    def create_film(
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
        return self._say(asked)

    def film(self, film: str) -> Film:
        """One film."""
        return self._say(conversations.film(film))

    def films(self) -> tuple[Film, ...]:
        """All films, the newest first."""
        return self._say(conversations.films())

    def delete_film(self, film: str) -> None:
        """Delete a film with all its revisions."""
        self._say(conversations.delete_film(film))

    def job(self, job: str) -> Job:
        """One job."""
        return self._say(conversations.job(job))

    def cancel(self, job: str) -> Job:
        """Stop a job."""
        return self._say(conversations.cancel(job))

    def wait(self, job: str, watch: Callable[[Event], None] | None = None) -> Job:
        """Follow a job to its end; raises why it failed. `watch` is told each event."""
        for event in self.events(job=job):
            if watch is not None:
                watch(event)
        done = self.job(job)
        if done.state != "succeeded":
            raise job_error(done.error, done.state)
        return done

    def revision(self, film: str, revision: str = "head") -> Revision:
        """A revision by its id, its number or "head"."""
        return self._say(conversations.revision(film, revision))

    def revisions(self, film: str) -> tuple[Revision, ...]:
        """A film's revisions, the newest first."""
        return self._say(conversations.revisions(film))

    def edit(
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
        return self._say(asked)

    def approve(self, film: str, by: str, revision: str = "head") -> Approval:
        """Approve a revision: all its shots are locked, by a job where some were not."""
        return self._say(conversations.approve(film, revision, by))

    def restore(self, film: str, revision: str) -> Revision:
        """Make an earlier revision the latest again."""
        return self._say(conversations.restore(film, revision))

    def cut_down(
        self, film: str, seconds: float, *, revision: str = "head", key: str | None = None
    ) -> Film:
        """Ask for a shorter film of a revision; `job` of the result makes it."""
        return self._say(conversations.cut_down(film, revision, seconds, key))

    def export(
        self,
        film: str,
        to: Path,
        *,
        revision: str = "head",
        formats: Sequence[str] = ("otio", "fcp7", "fcpxml", "edl"),
    ) -> None:
        """Hand a revision over to editing programs: a zip with originals, shots and sound."""
        job, path = self._say(conversations.export(film, revision, formats))
        self.wait(job)
        self.save(path, to)

    def deliveries(self, film: str, revision: str = "head") -> tuple[Delivery, ...]:
        """What can be handed over of a revision, as files."""
        return self._say(conversations.deliveries(film, revision))

    def report(self, film: str, revision: str = "head") -> Mapping[str, Any]:
        """report.json of a revision."""
        return self._say(conversations.report(film, revision))

    def compare(self, film: str, before: str, after: str = "head") -> Mapping[str, Any]:
        """What is different between two revisions, shot by shot."""
        return self._say(conversations.compare(film, before, after))

    def link(self, film: str, filename: str, *, revision: str = "head", seconds: int = 3600) -> str:
        """An address that opens a file without a key for some seconds."""
        path = self._say(conversations.link(film, revision, filename, seconds))
        return self.address + path

    def download_film(self, film: str, out: Path, *, revision: str = "head") -> Revision:
        """All files of a revision as the folder `out`, which appears by one rename."""
        found = self.revision(film, revision)
        with revision_folder(out, found, self.address) as folder:
            for name in found.files:
                self.download(film, name, folder / name, revision=found.id)
        return found
