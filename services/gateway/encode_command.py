"""The words of `onbeat encode`: what the encoders find in a text, a picture, a video or a sound."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from shared.errors import InvalidInput

_EXAMPLES = """\
examples:
  onbeat encode coast.jpg                                   # everything that fits a photo
  onbeat encode coast.jpg --encoder image.faces --plot faces.png
  onbeat encode coast.jpg --prompt "waves on a beach"       # how well the words fit
  onbeat encode ride.mp4 --encoder video.camera --encoder video.shots --plot ride.png

encoders:
  text   text.embedding
  image  media.probe image.style image.look image.faces image.features image.labels
         image.composition
  video  media.probe video.motion video.look video.camera video.shots video.pictures
         video.faces video.labels, and audio.kind
  audio  media.probe audio.kind

What was found is stored: a second call reads it. `onbeat doctor` says which models are here.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat encode`."""
    parser = commands.add_parser(
        "encode",
        help="show what is found in a picture, a video, a sound or a text",
        description="Run encoders on REF and say what they found.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("reference", type=Path, metavar="REF", help="a file; a text is .txt or .md")
    parser.add_argument(
        "--encoder",
        action="append",
        default=[],
        dest="encoders",
        metavar="NAME",
        help="which encoder; may be given many times (default: all that fit)",
    )
    parser.add_argument("--prompt", metavar="TEXT", help="say how well a text fits the picture")
    parser.add_argument("--plot", type=Path, metavar="OUT.png", help="draw what was found")
    parser.add_argument("--json", action="store_true", help="print JSON with every small tensor")


def encode(options: argparse.Namespace) -> int:
    """Print what was found, and draw it if asked."""
    # Imported here so that `onbeat --help` does not wait for numpy.
    from services.gateway.encoding import encode_reference
    from services.gateway.findings import as_document, as_lines
    from services.gateway.interruption import interruptible
    from shared.settings import Settings

    if options.plot is not None and options.plot.suffix.lower() != ".png":
        raise InvalidInput(f"{options.plot}: expected a name that ends in .png")
    found = interruptible(
        encode_reference(
            Settings.from_environment(), options.reference, options.encoders, options.prompt
        )
    )
    if options.json:
        text = json.dumps(as_document(found), indent=2, ensure_ascii=False, allow_nan=False)
    else:
        text = "\n".join(as_lines(found))
    sys.stdout.write(text + "\n")
    if options.plot is not None:
        from services.gateway.findings_plot import findings_plot

        try:
            options.plot.write_bytes(findings_plot(found))
        except OSError as error:
            raise InvalidInput(f"{options.plot}: cannot be written: {error.strerror}") from None
    return 0
