"""Consent before look-up: who asks for a result is refused as whoever asks for its making is.

A result in the store is somebody's face too; and another's attestation is none of theirs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from shared.blobs import BlobStore
from shared.brief import MediaKind
from shared.clip_samples import VIDEO_FACES, ClipFaces
from shared.consent import ConsentRequired, ConsentSettings, check_consent
from shared.diffusion import diffusion_of, shown_by
from shared.digest import Digest
from shared.families.request import FamilyEncodeRequest, Source
from shared.generate import GenerateRequest
from shared.recognition import IMAGE_FACES, Faces
from shared.requests import EncodeRequest

Run = Callable[[EncodeRequest], Awaitable[Digest]]
Find = Callable[[EncodeRequest], Digest | None]


async def admit(request: Any, settings: ConsentSettings, blobs: BlobStore, run: Run) -> None:
    """Raise `ConsentRequired` for a request of a model family with faces nobody has attested.

    Faces are looked for by the encoders' own actions, through `run`; what these raise is raised,
    since not knowing is not consent. Other requests are let through.
    """
    looks = _looks(request, settings)
    if looks:
        found = {look.reference: _count(look, blobs, await run(look)) for look in looks}
        check_consent(found, found, settings.attestations, settings.tenant)


def may_be_shown(request: Any, settings: ConsentSettings, blobs: BlobStore, find: Find) -> bool:
    """Whether a stored result may be named without running anything.

    References that have not been looked at for faces count as faces.
    """
    looks = _looks(request, settings)
    stored = {look: find(look) for look in looks}
    known = {
        look.reference: _count(look, blobs, digest)
        for look, digest in stored.items()
        if digest is not None
    }
    wanted = [look.reference for look in looks]
    try:
        check_consent(wanted, known, settings.attestations, settings.tenant)
    except ConsentRequired:
        return False
    return True


def _looks(request: Any, settings: ConsentSettings) -> list[EncodeRequest]:
    """What has to be looked at for faces first, each reference once."""
    sources = _shown(request)
    if not sources or settings.is_checked_upstream:
        return []
    attested = {one.reference for one in settings.attestations if one.tenant == settings.tenant}
    kinds = {
        source.reference: source.kind
        for source in sources
        if source.kind is not MediaKind.TEXT and source.reference not in attested
    }
    return [
        EncodeRequest(IMAGE_FACES if kind is MediaKind.IMAGE else VIDEO_FACES, reference)
        for reference, kind in kinds.items()
    ]


def _shown(request: Any) -> tuple[Source, ...]:
    """What a model family would see of references, by encoding them or by what was encoded."""
    if isinstance(request, FamilyEncodeRequest):
        return request.sources
    asked = diffusion_of(request.spec if isinstance(request, GenerateRequest) else request)
    return shown_by(asked) if asked else ()


def _count(look: EncodeRequest, blobs: BlobStore, condition: Digest) -> int:
    if look.encoder == IMAGE_FACES:
        return len(Faces.load(blobs, condition).scores)
    return int(ClipFaces.load(blobs, condition).num_faces.max(initial=0))
