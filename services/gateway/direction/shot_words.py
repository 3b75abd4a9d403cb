"""Words for shots, sections and stretches of a film, as regular expressions: no films in here."""

from __future__ import annotations

from services.gateway.direction.amounts import AMOUNT, NUMBER, TIME

HANDLE = r"@[a-z][a-z0-9_-]{0,63}"
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth",
)  # fmt: skip
ORDINAL = "|".join(ORDINALS) + r"|\d{1,3}(?:st|nd|rd|th)"
ENDS = "last|final|closing|opening|penultimate|second to last|second-to-last|next to last"
ID = r"s\d{1,9}-[a-z2-7]{1,16}"
ONE = rf"(?:(?:number |no\.? ?)?#?\d{{1,5}}|{ID}|{NUMBER})"
TO = r"(?: ?(?:to|through|thru|until|up to|till) ?| ?[-\u2013\u2014] ?)"
ITEM = rf"{ONE}(?:{TO}(?:shot )?{ONE})?"
AND = r"(?:, and |, | and | & | plus )"
LIST = rf"(?:the )?shots? {ITEM}(?:{AND}(?:shots? )?{ITEM})*|#\d{{1,5}}(?:{AND}#\d{{1,5}})*|{ID}"
NTH = rf"(?:the )?(?:very )?(?:{ORDINAL}|{ENDS}) (?:shot|one)"
NTHS = rf"(?:the )?(?:{ORDINAL})(?:(?:, and |, | and )(?:the )?(?:{ORDINAL}|{ENDS}))+ shots"
GROUP = rf"(?:the )?(?:first|last|final|opening|closing) {NUMBER} shots"
FILM = "(?:film|video|movie|edit|cut|clip|piece|whole thing|thing)"
ALL = (
    rf"(?:(?:the )?(?:whole|entire|full) {FILM}|the (?:film|video|movie|edit)|everything|all"
    r"|all (?:of )?(?:the |my )?shots|every (?:single )?shot|each shot|all of (?:it|them)"
    r"|the whole thing|everywhere)"
)
WHOLE_SONG = (
    r"(?:the )?(?:whole |entire )?(?:film|video|movie|edit|song)"
    r"|the (?:whole|entire) (?:thing|piece|cut)|everything"
)
REST = (
    r"(?:the rest|everything else|(?:all )?(?:the )?(?:other|remaining) shots|all (?:the )?others"
    r"|the others|all the rest|the rest of (?:it|the film|the video))"
)
# What lies before or after a shot, itself included or not.
AFTER = (
    rf"(?:(?:everything|all|all (?:of )?(?:the )?shots|every shot) (?:after|before|up to|from) "
    rf"(?:the )?shot {ONE}|(?:everything |all (?:the )?shots )?from shot {ONE})(?: on(?:wards?)?)?"
)
KINDS = (
    r"(?:all |all the |every |the )(?:photos?|stills?|still photos|pictures|clips|video clips"
    r"|videos)"
)
BY_HANDLE = (
    rf"(?:(?:all |every |the |any |all the )?(?:shots?|clips?|pictures?|photos?|ones?) "
    rf"(?:of|from|with|showing|that shows?|that use|using) )?{HANDLE}"
)
SECTION_NAMES = (
    "pre-chorus", "chorus", "choruses", "refrain", "hook", "verse", "verses", "intro", "outro",
    "bridge", "build", "builds", "build-up", "drop", "drops", "break", "breaks", "breakdown",
    "section [a-z]", "part [a-z]",
)  # fmt: skip
NAME = "|".join(sorted(SECTION_NAMES, key=len, reverse=True))
SECTION = (
    rf"(?:(?:all |both |every |each )?(?:of )?(?:the )?(?:(?:{ORDINAL}|last|final) )?(?:{NAME})"
    rf"(?: (?:\d{{1,2}}|{NUMBER}))?)"
)
IN_SECTION = (
    rf"(?:(?:all |every |the )?(?:the )?shots? (?:in|of|during|from) )?{SECTION}(?: shots)?"
)
ONWARD = rf"from {SECTION} on(?:wards?)?"
SPAN = (
    rf"(?:(?:from |between )?(?:{TIME})(?: to | and | until | ?[-\u2013] ?)(?:{TIME})"
    rf"|the (?:first|last|final|opening|closing) {AMOUNT}|{ONWARD})"
)
IN_SPAN = rf"(?:(?:all |every |the )?(?:the )?shots? (?:in|of|during|from|between) )?{SPAN}"
AGAIN = (
    r"(?:it|them|that|that shot|those shots|those|these shots|this shot|that one|the same shots?)"
)

SOME = rf"(?:{LIST}|{NTHS}|{NTH}|{GROUP}|{BY_HANDLE}|{IN_SECTION})"
BUT = r" ?,? (?:except for|except|but not|but|apart from|other than|without|excluding) "
EXCEPT = rf"(?:{ALL}|{IN_SECTION}|{KINDS}){BUT}(?:{SOME})"

SHOTS = (
    rf"(?:{EXCEPT}|{AFTER}|{LIST}|{NTHS}|{NTH}|{GROUP}|{ALL}|{REST}|{KINDS}|{BY_HANDLE}|{IN_SECTION}"
    rf"|{IN_SPAN}|{AGAIN})"
)
# A stretch of the film by music or time.
STRETCH = rf"(?:{SPAN}|{SECTION}|{WHOLE_SONG}|it)"
# One shot, where more would not make sense.
SHOT = rf"(?:(?:the )?shot {ONE}|#\d{{1,5}}|{ID}|{NTH}|it|that shot|that one|this shot)"
