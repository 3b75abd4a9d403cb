"""Elements: text is escaped wherever it goes, finished markup is not escaped twice."""

from __future__ import annotations

from services.gateway.page.markup import Markup, element, joined

HOSTILE = "\"><script>alert('x')</script>&"


def test_text_is_escaped_in_content_and_in_attributes() -> None:
    made = element("a", HOSTILE, title=HOSTILE)
    escaped = "&quot;&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;"
    assert made == f'<a title="{escaped}">{escaped}</a>'


def test_markup_goes_in_as_it_is() -> None:
    assert element("p", element("b", "1 < 2")) == "<p><b>1 &lt; 2</b></p>"
    assert joined("<", Markup("<br>"), None, ">") == "&lt;<br>&gt;"


def test_attributes_are_named_as_in_html() -> None:
    made = element("div", class_="a", data_seconds="1", aria_label=None, hidden=True, open=False)
    assert made == '<div class="a" data-seconds="1" hidden></div>'


def test_elements_without_content_need_no_end() -> None:
    assert element("img", src="x") == '<img src="x">'
    assert element("path", d="M0 0") == '<path d="M0 0"/>'


def test_joined_text_is_markup_only_once() -> None:
    assert isinstance(joined("a"), Markup)
    assert joined(joined("&")) == "&amp;"
