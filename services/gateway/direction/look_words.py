"""Words for how pictures look, as regular expressions: no films in here."""

from __future__ import annotations

from services.gateway.direction.amounts import DEGREE

QUALITIES: dict[tuple[str, int], str] = {
    ("warmth", 1): "warmer|more warmth|more golden|more orange|warm",
    ("warmth", -1): "cooler|colder|less warm|less orange|bluer|more blue|icier|cool|cold",
    ("exposure_stops", 1): "brighter|lighter|less dark|bright",
    ("exposure_stops", -1): "darker|dimmer|moodier|less bright|dark",
    ("contrast", 1): "more contrast|more contrasty|punchier|more punchy|crisper|contrasty|punchy",
    ("contrast", -1): "less contrast|less contrasty|flatter|softer|less punchy|flat|soft",
    (
        "saturation",
        1,
    ): "more colou?r|more colou?rful|more saturat(?:ed|ion)|more vivid|more vibrant|richer|vivid"
    "|vibrant|colou?rful",
    (
        "saturation",
        -1,
    ): "less colou?r|less colou?rful|less saturat(?:ed|ion)|less vivid|more muted|muted|paler"
    "|desaturated|washed out",
    ("tint", 1): "more magenta|less green|pinker",
    ("tint", -1): "greener|more green|less magenta|less pink",
    ("saturation", 0): "black and white|black & white|b&w|b/w|monochrome|gr[ae]yscale|colou?rless",
}
ANY_TONE = "|".join(f"(?:{words})" for words in QUALITIES.values())
TONES = rf"(?:{DEGREE} )?(?:{ANY_TONE})(?:(?:, and |, | and | but )(?:{DEGREE} )?(?:{ANY_TONE}))*"
VERBS = {
    "warm up": ("warmth", 1), "warm": ("warmth", 1), "cool down": ("warmth", -1),
    "cool": ("warmth", -1), "brighten": ("exposure_stops", 1), "brighten up": ("exposure_stops", 1),
    "lighten": ("exposure_stops", 1), "darken": ("exposure_stops", -1),
    "desaturate": ("saturation", -1), "saturate": ("saturation", 1),
}  # fmt: skip
VERB = "|".join(sorted(VERBS, key=len, reverse=True))
NAMES = {
    "exposure": "exposure_stops", "brightness": "exposure_stops", "contrast": "contrast",
    "saturation": "saturation", "colour": "saturation", "color": "saturation", "warmth": "warmth",
    "temperature": "warmth", "tint": "tint",
}  # fmt: skip
QUALITY = "|".join(NAMES)
# What is too much of something wants its opposite.
TOO_MUCH = {
    "dark": ("exposure_stops", 1), "dim": ("exposure_stops", 1), "bright": ("exposure_stops", -1),
    "light": ("exposure_stops", -1), "warm": ("warmth", -1), "orange": ("warmth", -1),
    "yellow": ("warmth", -1), "cold": ("warmth", 1), "cool": ("warmth", 1), "blue": ("warmth", 1),
    "flat": ("contrast", 1), "contrasty": ("contrast", -1), "harsh": ("contrast", -1),
    "colourful": ("saturation", -1), "colorful": ("saturation", -1),
    "green": ("tint", 1), "magenta": ("tint", -1), "pink": ("tint", -1),
    "saturated": ("saturation", -1), "pale": ("saturation", 1), "dull": ("saturation", 1),
}  # fmt: skip
TOO = "|".join(TOO_MUCH)
# What can be added to a picture.
ADDED = {
    "warmth": ("warmth", 1), "contrast": ("contrast", 1), "punch": ("contrast", 1),
    "colour": ("saturation", 1), "color": ("saturation", 1), "saturation": ("saturation", 1),
    "brightness": ("exposure_stops", 1), "light": ("exposure_stops", 1), "magenta": ("tint", 1),
    "green": ("tint", -1),
}  # fmt: skip
ADD = "|".join(ADDED)
FRACTIONS = {
    "half": 0.5, "a third of": 1 / 3, "one third of": 1 / 3, "two thirds of": 2 / 3,
    "a quarter of": 0.25, "three quarters of": 0.75,
}  # fmt: skip
FRACTION = "|".join(FRACTIONS)
