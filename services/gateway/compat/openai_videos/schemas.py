"""How the bodies of /v1/videos look in the OpenAPI document; `forms.py` reads them."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_FILE = {"type": "string", "format": "binary"}
_REFERENCE = {
    "description": "a file; or {file_id} of a reference (ref_... or @handle), or {image_url} with "
    "a data: URL",
    "anyOf": [
        _FILE,
        {"type": "object", "properties": {"file_id": _TEXT, "image_url": _TEXT}},
    ],
}
_VIDEO = {
    "description": "a file, or {id} of a video",
    "anyOf": [_FILE, {"type": "object", "properties": {"id": _TEXT}}, _TEXT],
}
_PROMPT = {"type": "string", "minLength": 1, "maxLength": 1000}
_SECONDS = {"type": "string", "example": "4"}
CREATE: dict[str, Any] = {
    "type": "object",
    "required": ["prompt"],
    "properties": {
        "prompt": _PROMPT,
        "model": {"type": "string", "description": "any name; it is given back"},
        "seconds": _SECONDS,
        "size": {"type": "string", "example": "1280x720"},
        "input_reference": _REFERENCE,
        "references": {"type": "array", "items": {"type": "object"}},
        "image_reference": _REFERENCE,
        "video_reference": _REFERENCE,
        "audio_reference": _REFERENCE,
        "characters": {"type": "array", "items": {"type": "object", "properties": {"id": _TEXT}}},
        "num_frames": {"type": "integer", "minimum": 1},
        "fps": {"type": "string", "example": "30"},
        "seed": {"type": "integer", "minimum": 0},
    },
    "example": {"prompt": "neon rain over a sleeping city", "seconds": "4", "size": "1280x720"},
}
REMIX: dict[str, Any] = {
    "type": "object",
    "required": ["prompt"],
    "properties": {"prompt": _PROMPT},
    "example": {"prompt": "warmer grade, hold the last shot"},
}
CHANGE: dict[str, Any] = {
    "type": "object",
    "required": ["prompt", "video"],
    "properties": {"prompt": _PROMPT, "video": _VIDEO},
}
EXTEND: dict[str, Any] = {
    "type": "object",
    "required": ["prompt", "video", "seconds"],
    "properties": {"prompt": _PROMPT, "video": _VIDEO, "seconds": _SECONDS},
}
CHARACTER: dict[str, Any] = {
    "type": "object",
    "required": ["name", "video"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 100}, "video": _FILE},
}


def body_of(schema: dict[str, Any]) -> dict[str, Any]:
    """A request body that may be JSON or a form."""
    content = {"application/json": {"schema": schema}, "multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}
