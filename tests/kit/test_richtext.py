import pytest

from parley.kit.richtext.sanitise import sanitise, sanitise_html
from tests.kit.richtext_checks import assert_stable

REL = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("hello", "<p>hello</p>"),
        ("  <p> a\n b </p>  ", "<p>a b</p>"),
        ("<div>one</div><div>two</div>", "<p>one<br>two</p>"),
        ("<div>one</div><div><br></div><div>two</div>", "<p>one</p><p>two</p>"),
        ("a<br><br><br>b<br>", "<p>a</p><p>b</p>"),
        ("<p>a</p><p>&nbsp;</p><p></p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<b>a</b><strong>b</strong> <i>c</i><del>d</del>", "<p><strong>ab</strong> <em>c</em><s>d</s></p>"),
        ("<b><p>a</p><p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<p>x<ul><li>a<li>b</ul>y", "<p>x</p><ul><li>a</li><li>b</li></ul><p>y</p>"),
        ("<ul>a<ul><li>b</ul></ul>", "<ul><li>a</li><li><ul><li>b</li></ul></li></ul>"),
        ("<ol start=3><li>a</ol>", '<ol start="3"><li>a</li></ol>'),
        ("<h4>Title<div>more</div></h4>", "<h3>Title<br>more</h3>"),
        ("<pre>\n\n a\n  b\n\n</pre>", "<pre> a\n  b</pre>"),
        ("a<hr>b", "<p>a</p><hr><p>b</p>"),
        ("<blockquote>q</blockquote>", "<blockquote><p>q</p></blockquote>"),
        (
            "<table><tr><td>a<td><th>b</table>",
            "<table><tbody><tr><td>a</td><td></td><th>b</th></tr></tbody></table>",
        ),
        ("<table><tr><td></td></tr></table>x", "<p>x</p>"),
        ("<td>loose cell", "<p>loose cell</p>"),
        ('<div dir="rtl">שלום<div dir="ltr">x</div></div>', '<p dir="rtl">שלום</p><p dir="ltr">x</p>'),
        ("<title>t</title><style>p{}</style><script>x()</script>a", "<p>a</p>"),
        ("<o:p>word</o:p> <font color=red>red</font>", "<p>word red</p>"),
        ("a &amp; b &lt;c&gt;", "<p>a &amp; b &lt;c&gt;</p>"),
        ('<p class="x" style="color:red" id="y" onclick="z">a</p>', "<p>a</p>"),
        (
            "<a href='https://a.example'><a href='https://b.example'>x",
            f'<p><a href="https://b.example" {REL}>x</a></p>',
        ),
        (
            "<span data-mention=0190A1B2-0000-7000-8000-00000000000A>@A</span><span data-mention=x>y</span>",
            '<p><span data-mention="0190a1b2-0000-7000-8000-00000000000a">@A</span>y</p>',
        ),
        ("", ""),
    ],
)
def test_what_mail_programs_write_gets_its_normal_form(source: str, expected: str) -> None:
    assert sanitise_html(source) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://a.example/x?y=1#z", "https://a.example/x?y=1#z"),
        ("HTTPS://A.example", "https://A.example"),
        ("  https://a.example\n/b  ", "https://a.example/b"),
        ("https://a.example/a b\u202e|", "https://a.example/a%20b%E2%80%AE%7C"),
        ("https://sl.example/Č", "https://sl.example/Č"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("mailto:ana@shop.example?subject=Hi", "mailto:ana@shop.example?subject=Hi"),
        ("tel:+386 1 234", "tel:+3861234"),
    ],
)
def test_good_links_stay(href: str, expected: str) -> None:
    assert sanitise_html(f'<a href="{href}">x</a>') == f'<p><a href="{expected}" {REL}>x</a></p>'


@pytest.mark.parametrize(
    "href",
    [
        *[
            "/relative",
            "//evil.example",
            "relative",
            "#top",
            "?q",
            "",
            " ",
            "http:",
            "https://",
            "http:///x",
            "https:a",
        ],
        *[
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " \x01javascript:x",
            "java\tscript:x",
            "&#106;avascript:x",
        ],
        *[
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://a.example",
            "blob:x",
            "intent://x",
            "view-source:x",
        ],
        *[
            "https://bank.example@evil.example/",
            "https://user:pass@evil.example",
            "https://a.example\\@evil.example",
        ],
        *[
            "https://evil.example\u202e/",
            "https://ba\u200bnk.example",
            "https://a b.example",
            "https://<b>/",
            "tel:<x>",
        ],
        *["mailto:", "https://" + "a" * 9_000, "https://%61.example"],
    ],
)
def test_other_links_lose_their_address_and_keep_their_text(href: str) -> None:
    assert sanitise_html(f'<a href="{href}">x</a>') == "<p>x</p>"


def test_link_text_reads_as_it_is_stored() -> None:
    text = "\u202ehttps://evil\u202c \u2066a\u2069\u200b b\u00ad\ufeff"
    assert ">https://evil a b</a>" in sanitise_html(f'<a href="https://a.example">{text}</a>')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200b\u200bb\u2060", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200c\u200c\u200cb", "a\u200cb"),
        ("x\u00a0\u200c\u00a0\u200c\u00a0", "x"),
        ("👩\u200d👩\u200d👧 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", None),
        ("a\U000e0068\U000e0069b", "ab"),
        ("\u2067שלום\u2069 x", None),
        ("\u2067 unbalanced", "unbalanced"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
        ("a\ufe0f\U000e0101\U000e0102", "a\ufe0f"),
        ("a\x00\x08\x85b", "ab"),
        ("line\u2028separator", "line separator"),
    ],
)
def test_invisible_characters_go_and_useful_ones_stay(text: str, expected: str | None) -> None:
    assert sanitise_html(f"<p>{text}</p>") == f"<p>{text if expected is None else expected}</p>"


def test_remote_images_are_blocked_and_counted() -> None:
    source = (
        '<img src="https://a.example/logo.png" alt="Logo"><img src="//b.example/x">'
        '<img src="\\\\c.example\\x">'
        '<img src="https://t.example/pixel" width=1 height=1><img src="cid:part1@x" alt="Photo" width="90%">'
        '<img src="/files/0190/a.png" width="120px" height=80><img src="data:image/png;base64,AA">'
    )
    result = sanitise(source)
    assert result.html == (
        '<p>Logo <img src="cid:part1@x" alt="Photo"><img src="/files/0190/a.png" width="120" height="80"></p>'
    )
    assert result.blocked_images == 3
    assert sanitise(source, images="block").html == "<p>Logo Photo</p>"
    assert sanitise(source, images="block").blocked_images == 5
    shown = sanitise(source, images="remote")
    assert shown.blocked_images == 1
    assert 'src="https://a.example/logo.png"' in shown.html
    assert 'src="https://b.example/x"' in shown.html
    assert "pixel" not in shown.html


@pytest.mark.parametrize(
    "src",
    [
        *[
            "/api/v1/sign-out",
            "/files/../api",
            "/files/%2e%2E/api",
            "/files//evil.example",
            "/files/a\\..\\b",
            "files/a",
        ],
        *[
            "/files/a b",
            "/files/",
            "cid:",
            "cid:a b",
            'cid:"x',
            "javascript:x",
            "./files/x",
            "/filesx/a",
            "/files/./a",
        ],
    ],
)
def test_only_own_files_are_images(src: str) -> None:
    result = sanitise(f"<img src='{src}' alt=alt>")
    assert result.html == "<p>alt</p>"
    assert result.blocked_images == 0


def test_the_result_never_exceeds_its_limit_and_says_so() -> None:
    for limit in range(0, 400, 7):
        source = (
            '<p>ž&amp;<b>bold</b></p><a href="https://a.example/x">link</a><table><tr><td>x<td>y</table>' * 9
        )
        result = sanitise(source, max_bytes=limit)
        assert len(result.html.encode()) <= limit
        assert result.is_truncated
        assert_stable(result.html, max_bytes=limit)
    assert not sanitise("<p>short</p>").is_truncated
