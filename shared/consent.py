"""Consent: a model may be shown somebody's face only where somebody vouches for their consent.

Finding faces needs none, and neither does cutting one's own footage. What is asked of a model
family with a picture of faces needs an attestation for that very file, before anything is looked
up: a result that is in the store is refused as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from shared.digest import Digest
from shared.errors import InvalidInput

_MAX_LINES = 100_000


class ConsentRequired(InvalidInput):
    """Faces were found, or not looked for, and nobody has attested the consent of who is shown."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """Somebody's word that whoever is shown in a reference agrees to it being used.

    `signed_at` is ISO 8601 with its offset from UTC; `signer` says who answers for it.
    """

    VERSION: ClassVar[int] = 1

    tenant: str
    reference: Digest
    signer: str
    signed_at: str

    def __post_init__(self) -> None:
        if not self.signer.strip():
            raise InvalidInput("an attestation without a signer; expected who answers for it")
        try:
            moment = datetime.fromisoformat(self.signed_at)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise InvalidInput(
                f"attestation signed at {self.signed_at!r}; expected a time with its offset, as "
                "2026-05-01T12:00:00+00:00"
            )


@dataclass(frozen=True, slots=True)
class ConsentSettings:
    """Who checks consent, and by which attestations.

    With `is_checked_upstream` whoever sends requests has checked them (a gateway with a database);
    else the encoder does, by `attestations` of `tenant`.
    """

    attestations: tuple[Attestation, ...] = ()
    tenant: str = ""
    is_checked_upstream: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ConsentSettings:
        """Read `ONBEAT_ATTESTATIONS`, a file of one attestation a line, and `ONBEAT_CONSENT`.

        `ONBEAT_CONSENT=upstream` is for workers behind a gateway that checks. Raises
        `InvalidInput` for a file that cannot be read.
        """
        mode = environment.get("ONBEAT_CONSENT") or "here"
        if mode not in ("here", "upstream"):
            raise InvalidInput(f"ONBEAT_CONSENT={mode!r}: expected 'here' or 'upstream'")
        name = environment.get("ONBEAT_ATTESTATIONS")
        attestations = read_attestations(Path(name).expanduser()) if name else ()
        return cls(attestations, is_checked_upstream=mode == "upstream")


def read_attestations(path: Path) -> tuple[Attestation, ...]:
    """The attestations of a file, one JSON object a line; raises `InvalidInput` naming the line."""
    # Imported here: settings are read where nobody reads JSON of ours, as by `onbeat --help`.
    from shared.schema import from_json

    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read: {error}") from error
    if len(lines) > _MAX_LINES:
        raise InvalidInput(f"{path}: {len(lines)} lines; expected at most {_MAX_LINES}")
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(from_json(Attestation, line))
            except InvalidInput as error:
                raise error.about(f"{path}, line {number}") from error
    return tuple(found)


def check_consent(
    references: Iterable[Digest],
    num_faces: Mapping[Digest, int],
    attestations: Iterable[Attestation],
    tenant: str = "",
) -> None:
    """Raise `ConsentRequired` for the first reference with faces that nobody has attested.

    `num_faces` says how many faces were found in each reference; one that is not in there has not
    been looked at, which counts as faces. An attestation holds for its own tenant alone.
    """
    attested = {one.reference for one in attestations if one.tenant == tenant}
    for reference in references:
        if reference in attested:
            continue
        count = num_faces.get(reference)
        if count is None:
            raise ConsentRequired(
                f"reference {reference.short} has not been looked at for faces; expected that, or "
                "an attestation of consent"
            )
        if count:
            raise ConsentRequired(
                f"reference {reference.short} shows {count} face{'s' if count > 1 else ''}; "
                "expected an attestation of consent before a model sees it"
            )
