"""Letter-to-sound rules of English, for names that no dictionary has.

A guess: forced alignment needs sounds of about the right kind and number, not a good accent.
Sounds are those of the CMU dictionary, without stress.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# before(letters)after=SOUNDS. At each place the first rule that fits is taken and its letters are
# used up. V is a vowel, C a consonant, F one of e, i, y; "_" is the edge of the word.
_RULES = """
(augh)=AO  _(mc)=M-AH-K  _(kn)=N  _(gn)=N  _(ps)=S  _(wr)=R  _(x)=Z  _(who)=HH-UW  (wh)=W
(tsch)=CH  (sch)=SH  (tch)=CH  (chr)=K-R  (ch)=CH  (shch)=SH-CH  (sh)=SH  (tz)=T-S  (cz)=CH
(sz)=SH  (zs)=ZH  (ph)=F  (gh)_=  (gh)t=  (gh)=G  (th)=TH  (dge)=JH  (dg)F=JH  (ck)=K
(qu)_=K  (que)_=K  (qu)=K-W  (q)=K  (ng)_=NG  (ng)C=NG  (nk)=NG-K  (mb)_=M  (mn)_=M
(tion)=SH-AH-N  (ssion)=SH-AH-N  (sion)=ZH-AH-N  (cian)=SH-AH-N  (cious)=SH-AH-S
(tious)=SH-AH-S  (ture)_=CH-ER  (sure)_=ZH-ER  (cc)F=K-S  (cc)=K  (sc)F=S  (c)F=S  (c)=K
(gg)=G  (gu)F=G  (g)F=JH  (g)=G  (x)=K-S  (j)=JH  (bb)=B  (dd)=D  (ff)=F  (kk)=K  (ll)=L
(mm)=M  (nn)=N  (pp)=P  (rr)=R  (ss)=S  (tt)=T  (vv)=V  (zz)=Z
(eigh)=EY  (igh)=AY  (ough)_=OW  (ought)=AO-T  (ould)=UH-D  (eau)=OW  (ious)=IY-AH-S
(ous)_=AH-S  (air)=EH-R  C(are)_=EH-R  (ear)C=ER  (ear)=IH-R  (eer)=IH-R  (ere)_=IH-R
(ier)_=IY-ER  (ire)_=AY-ER  (oor)=AO-R  (ore)_=AO-R  (our)=AO-R  (ar)V=EH-R  (ar)=AA-R
(er)V=EH-R  (er)=ER  (ir)V=IH-R  (ir)=ER  (or)_=ER  (or)=AO-R  (ur)V=Y-UH-R  (ur)=ER  (yr)=IH-R
(ai)=EY  (ay)=EY  (au)=AO  (aw)=AO  (aa)=AA  (ae)=EY  (ao)=AW  (ee)=IY  (ea)=IY  (ei)=EY
(ey)_=IY  (ey)=EY  (eu)=Y-UW  (ew)=UW  (eo)=IY-OW  (ie)=IY  (ia)=IY-AH  (io)=IY-OW  (iu)=IY-AH
(oa)=OW  (oe)=OW  (oi)=OY  (oy)V=OY  (oy)=OY  (oo)=UW  (ou)=UW  (ow)_=OW  (ow)=AW
(ui)=UW-IY  (ue)_=UW  (ue)=UW-EH  (ua)=W-AA  (uo)=UW-OW  (uy)=AY
(a)Ce_=EY  (a)_=AH  V(a)=AH  (a)=AE  (e)Ce_=IY  C(les)_=AH-L-Z  C(le)_=AH-L  t(ed)_=IH-D
d(ed)_=IH-D  C(ed)_=D  _C(e)_=IY  C(e)_=  (e)_=IY  (e)=EH  (i)Ce_=AY  (i)_=IY  (i)=IH
(o)Ce_=OW  (o)_=OW  (o)CV=OW  (o)=AA  (u)Ce_=UW  (u)_=UW  (u)CV=UW  (u)=AH
(y)V=Y  C(y)_=IY  (y)Ce_=AY  (y)_=IY  (y)=IH
(b)=B  (d)=D  (f)=F  (h)V=HH  (h)=  (k)=K  (l)=L  (m)=M  (n)=N  (p)=P  (r)=R  V(s)V=Z
(s)=S  (t)=T  (v)=V  (w)V=W  (w)=  (z)=Z
"""
_CLASSES = {"V": "[aeiouy]", "C": "[bcdfghjklmnpqrstvwxz]", "F": "[eiy]"}
_NAMES = tuple(
    name.replace("-", " ")
    for name in (
        *("EY", "B-IY", "S-IY", "D-IY", "IY", "EH-F", "JH-IY", "EY-CH", "AY", "JH-EY", "K-EY"),
        *("EH-L", "EH-M", "EH-N", "OW", "P-IY", "K-Y-UW", "AA-R", "EH-S", "T-IY", "Y-UW", "V-IY"),
        *("D-AH-B-AH-L-Y-UW", "EH-K-S", "W-AY", "Z-IY"),
    )
)


def plain_letters(text: str) -> str:
    """Lower-case a to z only: accents are dropped, everything else is left out."""
    split = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ø", "o"))
    return "".join(letter for letter in split if "a" <= letter <= "z")


def sounds_of(word: str) -> tuple[str, ...]:
    """Guess how a word is said; empty when it has no letters. A word without vowels is spelled."""
    letters = plain_letters(word)
    if not re.search("[aeiouy]", letters):
        return spelled(letters)
    sounds: list[str] = []
    at = 0
    while at < len(letters):
        taken, said = _rule_at(letters, at)
        at += taken
        for sound in said:
            if not sounds or sounds[-1] != sound:
                sounds.append(sound)
    return tuple(sounds)


def spelled(letters: str) -> tuple[str, ...]:
    """The sounds of letters said one by one."""
    return tuple(sound for letter in letters for sound in _NAMES[ord(letter) - ord("a")].split())


def _rule_at(letters: str, at: int) -> tuple[int, tuple[str, ...]]:
    for before, chunk, after, sounds in _rules():
        end = at + len(chunk)
        if (
            letters.startswith(chunk, at)
            and (not before or re.search(before, letters[:at]))
            and (not after or re.match(after, letters[end:]))
        ):
            return len(chunk), sounds
    raise AssertionError(f"no rule for {letters[at]!r}")  # the last rules cover every letter


@cache
def _rules() -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    parsed = []
    for rule in _RULES.split():
        pattern, _, said = rule.partition("=")
        before, _, rest = pattern.partition("(")
        chunk, _, after = rest.partition(")")
        sounds = tuple(said.split("-")) if said else ()
        parsed.append((_pattern(before, "^", "$"), chunk, _pattern(after, "$", ""), sounds))
    return tuple(parsed)


def _pattern(context: str, edge: str, anchor: str) -> str:
    if not context:
        return ""
    return "".join(edge if sign == "_" else _CLASSES.get(sign, sign) for sign in context) + anchor
