"""HTML and SVG elements in which every text is escaped, wherever it comes from.

A plain string is text. Only what was made here is `Markup` and goes in as it is, so that a file
name or a reason cannot become an element, an attribute or a script.
"""

from __future__ import annotations

from html import escape

_VOID = frozenset({"br", "img", "meta", "path", "rect", "line"})


class Markup(str):
    """Finished HTML."""

    __slots__ = ()


Child = str | Markup | None


def element(name: str, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element; `class_` and `data_x` become `class` and `data-x`.

    An attribute that is None or False is left out, True stands without a value. Children that are
    None are left out.
    """
    start = f"<{name}{''.join(_attribute(*item) for item in attributes.items())}>"
    if name in _VOID and not children:
        return Markup(start if name in {"br", "img", "meta"} else start[:-1] + "/>")
    return Markup(f"{start}{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Some children one after the other."""
    return Markup("".join(_text(child) for child in children if child is not None))


def _text(child: str) -> str:
    return child if isinstance(child, Markup) else escape(child)


def _attribute(name: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(str(value))}"'
