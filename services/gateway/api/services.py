"""The service layer: what endpoints, facades and workers call; none of it knows HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.api.films.comments import Comments
from services.gateway.api.films.edits import Edits
from services.gateway.api.films.service import Films
from services.gateway.api.jobs.service import Jobs
from services.gateway.api.keys.service import Keys
from services.gateway.api.references.attestations import Attestations
from services.gateway.api.references.direct import DirectReferences
from services.gateway.api.references.service import References
from services.gateway.api.references.uploads import Uploads
from services.gateway.api.webhooks.service import Webhooks
from shared.blobs import BlobStore
from shared.database import Database
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """All services over one store; open with `open_services`, and `close` at the end."""

    settings: Settings
    database: Database
    blobs: BlobStore
    keys: Keys
    jobs: Jobs
    references: References
    uploads: Uploads
    direct: DirectReferences
    attestations: Attestations
    films: Films
    edits: Edits
    comments: Comments
    webhooks: Webhooks

    async def close(self) -> None:
        """Stop what runs, and close the database."""
        await self.references.close()
        self.database.dispose()


def open_services(settings: Settings) -> Services:
    """Open (and on first use create) the store of some settings for the API."""
    blobs = settings.create_blobs()
    database = settings.open_database()
    jobs = Jobs(database)
    references = References(settings, database, blobs)
    return Services(
        settings=settings,
        database=database,
        blobs=blobs,
        keys=Keys(database),
        jobs=jobs,
        references=references,
        uploads=Uploads(settings.store / "uploads", database, references),
        direct=DirectReferences(database, references, blobs),
        attestations=Attestations(database, references),
        films=Films(database, jobs),
        edits=Edits(settings, database, blobs, jobs),
        comments=Comments(database, blobs),
        webhooks=Webhooks(database),
    )
