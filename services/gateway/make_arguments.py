"""What `onbeat make` takes, with its help; some of it other commands take as well."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.gateway.generate_arguments import add_generate
from shared.brief import MAX_LEAD_FRAMES, CutsOn, Pacing
from shared.flourish import AccentAmount
from shared.soundtrack import LoudnessPreset

_MAKE_EXAMPLES = """\
examples:
  onbeat make --song track.mp3 --ref ride.mp4 --ref coast.jpg -o first-cut
  onbeat make --song track.mp3 --ref hero=ride.mp4 --pacing driving --duration 30 -o teaser
  onbeat make brief.yaml --draft -o draft          # 540p, the same cuts and windows
  onbeat make brief.yaml --size 1080x1920 --fps 29.97 -o vertical
  onbeat make --prompt "neon rain over a sleeping city" --song track.mp3 -o drawn    # no footage

BRIEF.yaml has the same words as the flags; its paths are relative to the file:
  song: track.mp3
  references:
    - {handle: hero, path: ride.mp4, roles: [product]}
    - {path: coast.jpg, roles: [first_frame]}
  pacing: steady
  cuts_on: downbeats
  size: 1280x720
  frame_rate: 29.97
  duration_seconds: 30
  seed: 7
  captions: both
  titles: [{kind: end_card, text: See you there, seconds: 3}]

exit codes: 0 made, 1 failed, 2 the input cannot be used, 130 stopped by Ctrl-C
"""


def add_make(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `make`."""
    make = commands.add_parser(
        "make",
        help="make a film from clips, photos and a song",
        description="Make a film into the folder OUT: film.mp4, report.html, poster.jpg, and as "
        "JSON its timeline,\nwhat was heard and the report. Flags win over the brief.",
        epilog=_MAKE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    make.add_argument("brief", nargs="?", type=Path, metavar="BRIEF.yaml", help="a brief in YAML")
    make.add_argument(
        "-o", "--out", type=Path, metavar="OUT", help="a new folder (--estimate needs none)"
    )
    _add_pictures(make.add_argument_group("what to show"))
    _add_cuts(make.add_argument_group("music and cuts"))
    _add_sound(make.add_argument_group("other sound"))
    words = make.add_argument_group("words")
    add_words(words)
    _add_captions(words)
    _add_look(make.add_argument_group("how it looks"))
    _add_form(make.add_argument_group("size and length"))
    _add_work(make.add_argument_group("how it is made"))


def _add_pictures(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--ref",
        action="append",
        default=[],
        dest="references",
        metavar="[HANDLE=]F",
        help="a clip or a photo to cut from, with the handle that edits and prompts name it by "
        "(default: video1, image1, ...); may be given many times",
    )
    group.add_argument(
        "--prompt", metavar="TEXT", help="what to show, in words: pictures that fit are preferred"
    )
    group.add_argument(
        "--source",
        metavar="WHERE",
        help="where pictures come from: footage, procedural (drawn to the prompt), generate (made "
        "by a model), or auto: footage, and drawn where there is none (default: auto)",
    )
    add_generate(group)


def _add_cuts(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--song", type=Path, metavar="F", help="music or speech to cut to")
    pacing = ", ".join(item.value for item in Pacing)
    group.add_argument("--pacing", help=f"how fast to cut: {pacing} (default: steady)")
    events = ", ".join(item.value for item in CutsOn)
    group.add_argument("--cuts-on", metavar="EVENTS", help=f"what to cut on: {events}")
    group.add_argument(
        "--lead-frames",
        metavar="N",
        help=f"cut so many frames before the event, 0 to {MAX_LEAD_FRAMES} (default: 0)",
    )
    group.add_argument(
        "--music-edit",
        action="store_true",
        help="with --duration: join whole bars from all over the song instead of using one window",
    )
    presets = ", ".join(LoudnessPreset)
    group.add_argument(
        "--loudness", metavar="PRESET", help=f"{presets} (default: as_mastered, the song as it is)"
    )


def _add_sound(group: argparse._ArgumentGroup) -> None:
    """Add what is heard beside the song."""
    group.add_argument(
        "--voice", type=Path, metavar="F", help="a voice-over; the music makes room while it speaks"
    )
    group.add_argument(
        "--say", type=Path, metavar="F", help="a text that a guide voice says over the film"
    )
    group.add_argument(
        "--say-voice", metavar="NAME", help="whose guide voice (default: heart; docs/sound.md)"
    )
    group.add_argument(
        "--talk",
        action="append",
        default=[],
        metavar="[HANDLE=]F",
        help="a clip of somebody talking: it keeps its sound, is cut at sentences, and decides how "
        "long the film is; other references cover its joins; may be given many times",
    )
    group.add_argument(
        "--clip-sound",
        metavar="HOW",
        help="the clips' own sound: off, under the song, or full, in front of it (default: off)",
    )
    group.add_argument(
        "--stems",
        action="store_true",
        help="write each track into OUT/stems as 24-bit WAV; together they are the mix",
    )


def _add_captions(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--captions",
        metavar="WHERE",
        help="what is said as captions: burned, files (SRT and VTT), both or off (default: off)",
    )
    group.add_argument(
        "--caption-style",
        metavar="STYLE",
        help="how burned captions look: caption, karaoke or kinetic (default: caption)",
    )


def _add_look(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--look", type=Path, metavar="F.cube", help="a table of colours for every shot"
    )
    group.add_argument(
        "--grade",
        metavar="MODE",
        help="auto matches shots to each other and to style references; none leaves them as they "
        "are (default: auto)",
    )
    group.add_argument(
        "--accents",
        metavar="AMOUNT",
        help=f"pictures struck on beats: {', '.join(AccentAmount)} (default: subtle)",
    )
    group.add_argument(
        "--transitions",
        metavar="USE",
        help="musical dissolves, dips or whips where sections turn; off cuts straight (default: "
        "musical)",
    )


def _add_form(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--size", metavar="WxH", help="size of the film (default: 1920x1080)")
    group.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="ASPECT",
        help="the same film in another aspect as well: 9:16, 1:1, 4:5 or 16:9; may be repeated",
    )
    group.add_argument(
        "--fps", metavar="R", help="frames a second; 29.97 means 30000/1001 (default: 30)"
    )
    group.add_argument(
        "--duration",
        metavar="S",
        help="length in seconds (default: the whole song); the best window of the song is used",
    )


def _add_work(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--draft", action="store_true", help="540p and quick, with identical cuts and windows"
    )
    add_verify(group)
    group.add_argument(
        "--takes",
        metavar="N",
        help="make so many different cuts into OUT/take-1, ... and one contact sheet (2 to 5)",
    )
    group.add_argument(
        "--seed", metavar="N", help="decides between equally good casts (default: 0)"
    )
    group.add_argument("--quiet", action="store_true", help="print nothing but errors")


def add_verify(command: argparse._ActionsContainer) -> None:
    """Add how much of a film is decoded for its report."""
    command.add_argument(
        "--verify",
        choices=["changed", "full"],
        default="changed",
        help="for the report, decode the frames at new joins (default) or the whole film; packets "
        "are always all compared with those that were measured",
    )


def add_words(command: argparse._ActionsContainer) -> None:
    """Add how words are heard."""
    command.add_argument("--words", action="store_true", help="hear words and sentences as well")
    command.add_argument(
        "--script", type=Path, metavar="F", help="what is said, as plain text: spelling and order"
    )
    command.add_argument(
        "--language", metavar="CODE", help="of what is said, such as en (default: it is found out)"
    )
    command.add_argument(
        "--speech-model",
        metavar="NAME|PATH",
        help="what hears words: whisper-base, or weights of your own (docs/speech.md)",
    )
