"""Sign a film, and read credentials back: the only module that sees the library c2pa."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from services.gateway.provenance.certificate import Certificate
from shared.errors import InvalidInput, ModelFailure, Unavailable


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a file's credentials say: `state` is "Trusted", "Valid" or "Invalid".

    `failures` are the codes of what did not hold (C2PA 2.1, section 15); a certificate that no
    anchor vouches for is no failure of a valid file. `manifest` is the active manifest.
    """

    state: str
    failures: tuple[str, ...]
    signer: str
    manifest: Mapping[str, Any]

    @property
    def is_valid(self) -> bool:
        """Whether the file is as it was signed."""
        return self.state in ("Trusted", "Valid")


def sign_film(
    film: Path,
    out: Path,
    definition: Mapping[str, Any],
    ingredients: Sequence[tuple[Mapping[str, Any], str, BinaryIO]],
    certificate: Certificate,
) -> Credentials:
    """Write a signed copy of a film to `out`, and read it back.

    `ingredients` are (definition, file name ending, stream). What is signed appears by one rename.
    Raises `InvalidInput` for a certificate that cannot sign, `ModelFailure` if what was written
    does not read back valid, `Unavailable` without the library c2pa.
    """
    c2pa = _library()
    partial = out.with_name(f".{out.name}.{os.getpid()}.mp4")
    try:
        builder = c2pa.Builder.from_json(json.dumps(definition))
        for ingredient, ending, stream in ingredients:
            builder.add_ingredient_from_stream(json.dumps(ingredient), ending, stream)
        signer = c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(
                alg=certificate.algorithm,
                sign_cert=certificate.chain_pem,
                private_key=certificate.key_pem,
                ta_url=None,
            )
        )
        builder.sign_file(film, partial, signer)
        found = read_credentials(partial)
        if not found.is_valid:
            raise ModelFailure(
                f"{out}: signed, but it reads back {found.state}: {', '.join(found.failures)}"
            )
        partial.replace(out)
    except c2pa.C2paError as error:
        raise InvalidInput(f"{film}: cannot be signed: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return found


def read_credentials(path: Path, anchors_pem: bytes | None = None) -> Credentials:
    """The credentials of a file; with anchors (root certificates in PEM) whether to trust them.

    Raises `InvalidInput` for a file that has none.
    """
    c2pa = _library()
    trust = {"trust": {"user_anchors": anchors_pem.decode()}} if anchors_pem else {}
    try:
        reader = c2pa.Reader(path, context=c2pa.Context.from_dict(trust))
        document = json.loads(reader.json())
        state = str(reader.get_validation_state())
    except c2pa.C2paError.ManifestNotFound:
        raise InvalidInput(
            f"{path}: has no content credentials; expected a film that `onbeat sign` wrote"
        ) from None
    except c2pa.C2paError as error:
        raise InvalidInput(f"{path}: its content credentials cannot be read: {error}") from error
    results = document.get("validation_results", {}).get("activeManifest", {})
    active = document["manifests"][document["active_manifest"]]
    codes = [item["code"] for item in results.get("failure", [])]
    untrusted = "signingCredential.untrusted"
    failures = tuple(code for code in codes if code != untrusted or anchors_pem)
    return Credentials(state, failures, active["signature_info"].get("issuer", ""), active)


def can_describe(path: str) -> str | None:
    """The format that an ingredient's file is read as, by its name; None if it cannot be."""
    ending = Path(path).suffix.removeprefix(".").lower()
    return ending if ending in _library().Builder.get_supported_mime_types() else None


def _library() -> Any:
    try:
        import c2pa
    except ImportError:
        raise Unavailable(
            "c2pa-python is not installed; expected it with onbeat[provenance]"
        ) from None
    return c2pa
