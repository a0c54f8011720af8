import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.kit.richtext.chars import cut_graphemes
from parley.kit.richtext.links import find_links
from parley.kit.richtext.sanitise import sanitise_html
from parley.kit.richtext.text import excerpt, html_from_text, is_one_plain_line, text_from_html
from tests.kit.richtext_checks import assert_is_rich_text, assert_stable

LETTER = """\
<h1>Your order</h1><p>Hello <b>Ana</b>,<br>see <a href="https://a.example/x">the page</a> or
<a href="https://www.a.example/">a.example</a>.</p>
<ul><li>one<li>two<ol start=3><li>inner<li>more</ol></ul>
<blockquote>quoted<blockquote>twice</blockquote><p>once</blockquote>
<hr><table><tr><th>Size<th>Left<tr><td>S<td>0</table>
<pre>
 kept
   as is
</pre>
<a href="mailto:a@shop.example">write</a> <img src="cid:x" alt="photo"><script>no()</script>"""

READ_AS = """\
Your order

Hello Ana,
see the page (https://a.example/x) or a.example.

- one
- two
  3. inner
  4. more

> quoted
>
> > twice
>
> once

---

Size | Left
S | 0

 kept
   as is

write (a@shop.example) [photo]"""


def test_html_reads_as_text() -> None:
    assert text_from_html(LETTER) == READ_AS
    assert text_from_html(sanitise_html(LETTER)) == READ_AS


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p></p>", ""),
        ("<div>a</div><div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"),
        ("a&nbsp;b &amp; &lt;c&gt;", "a b & <c>"),
        ("<ul><li><ul><li>deep</ul></ul>", "-\n  - deep"),
        ("<ul><li><p>a</p><p>b</p></ul>x", "- a\n  b\n\nx"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a | b\nc"),
        ('<a href="https://a.example"></a>x', "x"),
        ('<a href="tel:+3861"> +386 1 </a>', "+386 1 (+3861)"),
        ("<table><tr><td><p>a</p><p>b</p><td>c</table>d", "a\nb\nc\n\nd"),
        ("<blockquote><ul><li>a<li>b</ul></blockquote>", "> - a\n> - b"),
    ],
)
def test_small_pieces_of_html_read_as_text(html: str, text: str) -> None:
    assert text_from_html(html) == text


def test_text_becomes_paragraphs_lines_and_links() -> None:
    text = "Hello <you> & co\nsee https://a.example/x_(y)?q=1&r=2. Or www.b.example!\r\n\r\n \t\nme@c.example"
    rel = 'rel="noopener noreferrer nofollow"'
    assert html_from_text(text) == (
        "<p>Hello &lt;you&gt; &amp; co<br>"
        f'see <a href="https://a.example/x_(y)?q=1&amp;r=2" {rel}>https://a.example/x_(y)?q=1&amp;r=2</a>. '
        f'Or <a href="https://www.b.example" {rel}>www.b.example</a>!</p>'
        f'<p><a href="mailto:me@c.example" {rel}>me@c.example</a></p>'
    )


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_any_text_becomes_rich_text(text: str) -> None:
    html = html_from_text(text)
    assert_is_rich_text(html)
    assert_stable(html)


WORDS = st.lists(
    st.sampled_from(
        ["word", "<b>", "&amp;", "https://a.example/x?y=1&z=2", "a@b.example", "안녕", "ž", "1."]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map("\n".join), max_size=4).map("\n\n".join))
def test_text_survives_the_way_through_rich_text(text: str) -> None:
    assert text_from_html(html_from_text(text)) == text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab <>/pdivultr&;\n", max_size=80))
def test_any_html_has_a_text(html: str) -> None:
    text = text_from_html(html)
    assert text == text.strip()
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("(https://a.example/b)", ["https://a.example/b"]),
        ("https://a.example/b_(c)", ["https://a.example/b_(c)"]),
        ('"https://a.example".', ["https://a.example"]),
        ("https://a.example/입니다", ["https://a.example/"]),
        ("https://a.example。谢谢", ["https://a.example"]),
        ("https://sl.example/Čebela,", ["https://sl.example/Čebela"]),
        ("<https://a.example>", ["https://a.example"]),
        ("ana.novak+x@shop.example.", ["mailto:ana.novak+x@shop.example"]),
        ("a@b", []),
        ("http://", []),
        ("xhttp://a.example", []),
        ("javascript:alert(1)", []),
        ("https://user:pass@evil.example", []),
        ("WWW.A.EXAMPLE", ["https://WWW.A.EXAMPLE"]),
    ],
)
def test_links_are_found_in_text(text: str, links: list[str]) -> None:
    assert [href for _, _, href in find_links(text)] == links


FAMILY, FLAG, SKIN = "👩\u200d👩\u200d👧", "🇸🇮", "👍🏽"


@pytest.mark.parametrize("cluster", [FAMILY, FLAG, SKIN, "e\u0301", "क्षि", "각", "❤\ufe0f", "\r\n", "ที่"])
def test_no_cut_goes_through_a_character(cluster: str) -> None:
    text = "ab" + cluster * 3
    whole = {"ab"[:i] for i in range(3)} | {"ab" + cluster * i for i in range(4)}
    for limit in range(len(text) + 1):
        cut = cut_graphemes(text, limit)
        assert cut in whole
        assert len(cut) <= limit
        assert limit - len(cut) < len(cluster)


@given(st.text(), st.integers(0, 60))
def test_excerpts_are_short_starts_on_one_line(text: str, n: int) -> None:
    short = excerpt(text, n)
    assert len(short) <= n
    assert short == " ".join(short.split())
    if short.endswith("…"):
        assert " ".join(excerpt(text, 10**6).split()).startswith(short[:-1])


def test_excerpts_fold_space_and_cut_at_words() -> None:
    assert excerpt("  a \n\n b\u200b\u202e  c ", 20) == "a b c"
    assert excerpt("the quick brown fox", 17) == "the quick brown…"
    assert excerpt("the quick brown", 15) == "the quick brown"
    assert excerpt("안녕하세요 주문이 안 왔어요", 9) == "안녕하세요 주문…"
    assert excerpt("abcdefghijklmnop", 5) == "abcd…"
    assert excerpt("abc", 0) == ""
    assert excerpt("a" + "\u0301" * 500, 40)


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), max_size=8).map(
            " ".join
        ),
        st.lists(
            st.sampled_from(
                ['"', "'", "a.b", "www", ".", "http", ":", "//", "\xa0", "ﾠ", "é", "e\u0301", "가", "#1"]
            )
        ).map(" ".join),
    )
)
def test_a_plain_line_is_what_the_sanitiser_makes_of_it(text: str) -> None:
    if is_one_plain_line(text):
        paragraph = f"<p>{text}</p>"
        assert not list(find_links(text))
        assert sanitise_html(paragraph, images="block") == paragraph == html_from_text(text)


def test_most_chat_messages_are_plain_lines() -> None:
    assert is_one_plain_line('Where is my order #1234? It says "on its way" since Friday: 3 days!')
    assert is_one_plain_line("注文番号AP-1048はいつ届きますか。")
    for text in (
        "",
        " a",
        "a\nb",
        "a  b",
        "a <b",
        "a & b",
        "ana@shop.example",
        "see WWW.shop.example",
        "a\u200bb",
        "\xa0",
    ):
        assert not is_one_plain_line(text)
