"""Which files are accepted: one table of formats, and everything that follows from it.

Knows nothing about what is in a file. Importing it is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.brief import MediaKind


@dataclass(frozen=True, slots=True)
class Accepted:
    """One kind of media in one format: its words for people, and the names its files have.

    `format` is that of `MediaInfo`; `extensions` are in lower case with their dot, the usual ones
    first.
    """

    kind: MediaKind
    format: str
    words: str
    extensions: tuple[str, ...]


def _photo(words: str, extensions: str) -> Accepted:
    return Accepted(MediaKind.IMAGE, words.lower(), words, tuple(extensions.split()))


def _video(name: str, words: str, extensions: str) -> Accepted:
    return Accepted(MediaKind.VIDEO, name, words, tuple(extensions.split()))


def _sound(name: str, words: str, extensions: str) -> Accepted:
    return Accepted(MediaKind.AUDIO, name, words, tuple(extensions.split()))


# Formats that hold their own media: no playlists, no "concat", no image sequences, nothing that
# names another file or address.
TABLE = (
    _photo("JPEG", ".jpg .jpeg .jpe .jfif"),
    _photo("PNG", ".png .apng"),
    _photo("WebP", ".webp"),
    _photo("TIFF", ".tif .tiff"),
    _photo("BMP", ".bmp .dib"),
    _photo("GIF", ".gif"),
    _photo("AVIF", ".avif .avifs"),
    _video("mp4", "MP4, MOV", ".mp4 .mov .m4v .3gp .3g2 .f4v .qt .mj2"),
    _video("matroska", "MKV, WebM", ".mkv .webm .mk3d"),
    _video("avi", "AVI", ".avi .divx"),
    _video("mpeg", "MPEG", ".mpg .mpeg .mpe .m2p .vob"),
    _video("mpegts", "MPEG-TS", ".ts .mts .m2ts .m2t .tp"),
    _video("flv", "FLV", ".flv"),
    _video("asf", "WMV", ".wmv .asf"),
    _video("ogg", "OGV", ".ogv .ogg .ogx"),
    _sound("wav", "WAV", ".wav .wave .bwf .rf64"),
    _sound("mp3", "MP3", ".mp3 .mp2 .mpa .m2a"),
    _sound("flac", "FLAC", ".flac"),
    _sound("mp4", "M4A", ".m4a .m4b .m4r"),
    _sound("aac", "AAC", ".aac .adts"),
    _sound("ogg", "OGG, Opus", ".ogg .oga .opus .spx"),
    _sound("aiff", "AIFF", ".aif .aiff .aifc"),
    _sound("matroska", "MKA", ".mka .weba"),
    _sound("asf", "WMA", ".wma"),
    _sound("caf", "CAF", ".caf"),
    _sound("w64", "W64", ".w64"),
    _sound("ac3", "AC-3", ".ac3"),
    _sound("eac3", "E-AC-3", ".eac3 .ec3"),
)
# libav's names, where they are not ours.
_DEMUXERS = {"mp4": "mov,mp4,m4a,3gp,3g2,mj2", "matroska": "matroska,webm"}
_NAMES = {demuxer: name for name, demuxer in _DEMUXERS.items()}


def format_of(demuxer: str) -> str:
    """Our short name for one of libav's demuxers: "mp4" for "mov,mp4,m4a,3gp,3g2,mj2"."""
    return _NAMES.get(demuxer, demuxer)


def usual_extensions(kind: MediaKind, name: str) -> tuple[str, ...]:
    """What files of a kind in a format are named, the usual extensions first."""
    rows = [row for row in TABLE if row.format == name]
    rows.sort(key=lambda row: row.kind is not kind)
    return tuple(extension for row in rows for extension in row.extensions)


def may_be_named(kind: MediaKind, name: str, extension: str) -> bool:
    """Whether files of a kind in a format have this extension; animated pictures are video."""
    named_as = MediaKind.IMAGE if name.upper() in PHOTO_FORMATS else kind
    return extension in EXTENSIONS[named_as]


def _extensions(*kinds: MediaKind) -> tuple[str, ...]:
    rows = (row for kind in kinds for row in TABLE if row.kind is kind)
    return tuple(dict.fromkeys(extension for row in rows for extension in row.extensions))


def _words(kind: MediaKind) -> str:
    return ", ".join(row.words for row in TABLE if row.kind is kind)


# A container of pictures may hold nothing but sound.
EXTENSIONS: dict[MediaKind, tuple[str, ...]] = {
    MediaKind.IMAGE: _extensions(MediaKind.IMAGE),
    MediaKind.VIDEO: _extensions(MediaKind.VIDEO),
    MediaKind.AUDIO: _extensions(MediaKind.AUDIO, MediaKind.VIDEO),
}
PHOTO_FORMATS = tuple(row.words.upper() for row in TABLE if row.kind is MediaKind.IMAGE)
# For libav's "format_whitelist".
DEMUXERS = ",".join(
    dict.fromkeys(
        _DEMUXERS.get(row.format, row.format) for row in TABLE if row.kind is not MediaKind.IMAGE
    )
)
ACCEPTED_SOUND = f"sound ({_words(MediaKind.AUDIO)}) or a video with sound"
ACCEPTED = (
    f"a photo ({_words(MediaKind.IMAGE)}), a video ({_words(MediaKind.VIDEO)}) "
    f"or sound ({_words(MediaKind.AUDIO)})"
)
