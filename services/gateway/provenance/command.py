"""`onbeat sign` and `onbeat verify`: content credentials for a film, and reading them back."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from shared.errors import InvalidInput, MissingBlob, NotFound
from shared.settings import Settings

if TYPE_CHECKING:
    from services.gateway.provenance.certificate import Certificate

_EXAMPLES = """\
examples:
  onbeat sign first-cut --certificate chain.pem --key key.pem
  onbeat sign first-cut --test-certificate        # to try it out: nobody trusts it
  onbeat verify first-cut.signed.mp4 --anchors roots.pem

The film itself stays as it is; the signed copy is OUT.signed.mp4. $ONBEAT_SIGNING_CERTIFICATE and
$ONBEAT_SIGNING_KEY name the files if the flags do not.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat sign` and `onbeat verify`."""
    sign = commands.add_parser(
        "sign",
        help="write a copy of a film with signed content credentials (C2PA)",
        description="Sign the film in OUT: what it was made from, how, and with whose consent.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sign.add_argument("source", type=Path, metavar="OUT", help="a folder that `onbeat` wrote")
    sign.add_argument("--certificate", type=Path, metavar="F.pem", help="the chain, leaf first")
    sign.add_argument("--key", type=Path, metavar="F.pem", help="the leaf's private key")
    sign.add_argument(
        "--test-certificate", action="store_true", help="sign with one that nobody trusts"
    )
    sign.add_argument("-o", "--out", type=Path, metavar="F.mp4", help="instead of OUT.signed.mp4")
    verify = commands.add_parser(
        "verify",
        help="read a film's content credentials back and check them",
        description="Say who signed FILE and whether it is as it was signed. Exit code 0 if so.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="a signed film")
    verify.add_argument(
        "--anchors", type=Path, metavar="F.pem", help="root certificates that you trust"
    )


def sign(options: argparse.Namespace) -> int:
    """Run `onbeat sign`; returns the exit code."""
    certificate = _certificate(options)
    out = options.out or _beside(options.source)
    signed = sign_folder(Settings.from_environment(), options.source, out, certificate)
    marked = " with a TEST certificate, which nobody trusts" if certificate.is_test else ""
    print(f"{out}: signed by {signed.signer}{marked}; reads back {signed.state}")
    return 0


def _beside(folder: Path) -> Path:
    """Beside the film's folder, which holds what Onbeat can make again and nothing else."""
    return folder.resolve().with_name(f"{folder.resolve().name}.signed.mp4")


def verify(options: argparse.Namespace) -> int:
    """Run `onbeat verify`; returns 0 for a file as it was signed, else 1."""
    from services.gateway.provenance.certificate import read_anchors
    from services.gateway.provenance.signing import read_credentials

    if not options.file.is_file():
        raise NotFound(f"{options.file}: no such file; expected a signed film")
    anchors = read_anchors(options.anchors) if options.anchors else None
    found = read_credentials(options.file, anchors)
    print(f"{options.file}: {found.state}, signed by {found.signer}")
    for code in found.failures:
        print(f"  {code}")
    for item in found.manifest.get("ingredients", []):
        print(f"  made with {item.get('title')}")
    return 0 if found.is_valid else 1


def sign_folder(settings: Settings, source: Path, out: Path, certificate: Certificate) -> Any:
    """Sign the film of a folder into `out`; returns the `Credentials` read back.

    Ingredients whose files are gone from the store, or of a kind that C2PA does not know, are
    named by their digests alone.
    """
    from services.gateway.film_folder import read_document
    from services.gateway.provenance.credentials import ingredients_of, manifest
    from services.gateway.provenance.signing import can_describe, sign_film
    from shared.schema import from_document
    from shared.timeline import Timeline

    film = source / "film.mp4"
    timeline = from_document(Timeline, read_document(source, "timeline.json"))
    if not film.is_file():
        raise NotFound(f"{film}: no such file; expected the film to sign")
    if out.exists() and out.samefile(film):
        raise InvalidInput(
            f"{out}: is the film itself, which stays as it is; expected another name"
        )
    if not out.resolve().parent.is_dir():
        raise NotFound(f"{out.resolve().parent}: no such folder to write {out.name} into")
    report = read_document(source, "report.json")
    definition = manifest(
        timeline,
        report,
        attestations=settings.consent.attestations,
        is_test=certificate.is_test,
    )
    blobs = settings.open_blobs()
    paths = {item["handle"]: item.get("path") or "" for item in report.get("references", [])}
    paths |= {"song": report.get("song") or ""}
    described: list[tuple[dict[str, Any], str, BinaryIO]] = []
    with ExitStack() as stack:
        for item in ingredients_of(timeline):
            ending = can_describe(str(paths.get(item.label, "")))
            if ending is None:
                continue
            try:
                path = stack.enter_context(blobs.local_path(item.blob))
            except MissingBlob:
                continue
            stream = stack.enter_context(path.open("rb"))
            about = {"title": item.title, "relationship": "componentOf", "label": item.label}
            described.append((about, ending, stream))
        named = {about["label"] for about, _, _ in described}
        _keep_placed(definition, named)
        return sign_film(film, out, definition, described, certificate)


def _keep_placed(definition: dict[str, Any], named: set[str]) -> None:
    """Leave out the actions on ingredients that could not be added."""
    for assertion in definition["assertions"]:
        actions = assertion["data"].get("actions")
        if actions is not None:
            assertion["data"]["actions"] = [
                action
                for action in actions
                if action["action"] != "c2pa.placed"
                or action["parameters"]["ingredientIds"][0] in named
            ]


def _certificate(options: argparse.Namespace) -> Certificate:
    from services.gateway.provenance.certificate import make_test_certificate, read_certificate

    chain = options.certificate or os.environ.get("ONBEAT_SIGNING_CERTIFICATE")
    key = options.key or os.environ.get("ONBEAT_SIGNING_KEY")
    if options.test_certificate:
        return make_test_certificate()
    if not chain or not key:
        raise InvalidInput(
            "sign: expected --certificate and --key (or ONBEAT_SIGNING_CERTIFICATE and "
            "ONBEAT_SIGNING_KEY), or --test-certificate to try it out"
        )
    return read_certificate(Path(chain), Path(key))
