import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.kit.search import (
    AndGroup,
    Filter,
    SearchQuery,
    Term,
    build_tsquery,
    highlight,
    index_terms,
    matches,
    matches_phrase,
    needs_recheck,
    parse_query,
    query_terms,
    tokenise,
)
from parley.kit.search.match import _atoms_with_places
from parley.kit.search.tokens import fold, split_units


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Where's my order #A-1001?", ["where", "s", "my", "order", "a", "1001"]),
        ("주문한 상품이 안 와요", ["주문", "문한", "상품", "품이", "안", "와요"]),
        ("我想退货，谢谢123", ["我想", "想退", "退货", "谢谢", "123"]),
        ("パソコンを買う ﾊﾟｿｺﾝ", ["パソ", "ソコ", "コン", "ンを", "を買", "買う", "パソ", "ソコ", "コン"]),
        ("ยังไม่ได้", ["ยั", "ัง", "งไ", "ไม", "ม่", "่ไ", "ได", "ด้"]),
        ("ສະບາຍ ទេ မြန်", ["ສະ", "ະບ", "ບາ", "າຍ", "ទេ", "မြ", "ြန", "န်"]),
        ("मेरा ऑर्डर कहाँ है", ["मेरा", "ऑर्डर", "कहाँ", "है"]),
        ("என் ஆர்டர் எங்கே", ["என்", "ஆர்டர்", "எங்கே"]),
        ("আমার অর্ডার কোথায়", ["আমার", "অর্ডার", "কোথায়"]),
        ("أَيْنَ طَلَبِي؟", ["اين", "طلبي"]),
        ("הַזְמָנָה", ["הזמנה"]),
        ("Kje je moja pošiljka? ŽIGA", ["kje", "je", "moja", "posiljka", "ziga"]),
        ("Não recebi o cartão", ["nao", "recebi", "o", "cartao"]),
        ("Größe STRASSE Straße", ["grosse", "strasse", "strasse"]),
        ("İstanbul IŞIK ısı", ["istanbul", "isik", "isi"]),
        ("Ёлка ёлка", ["елка", "елка"]),
        ("Σίσυφος ΣΊΣΥΦΟΣ", ["σισυφοσ", "σισυφοσ"]),
        ("Đà Nẵng, Łódź, Ærø", ["da", "nang", "lodz", "aero"]),
        ("ｆｕｌｌ ﬁne ㎏ ½", ["full", "fine", "kg", "1", "2"]),
        ("co\u00adop zero\u200bwidth می\u200cخواهم", ["coop", "zerowidth", "ميخواهم"]),
        ("a@shop.example https://x.si/y_z", ["a", "shop", "example", "https", "x", "si", "y", "z"]),
        ("iPhone15케이스", ["iphone15", "케이", "이스"]),
        ("\U00020000\U00020001 👍 !?", ["\U00020000\U00020001"]),
        ("", []),
    ],
)
def test_texts_in_many_languages_become_tokens(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


def test_decomposed_and_composed_spelling_are_the_same() -> None:
    assert tokenise("S\u030c\u0065\u0301") == tokenise("Šé") == ["se"]
    assert tokenise("\u1112\u1161\u11ab\u1100\u1173\u11af") == tokenise("한글") == ["한글"]


def test_tokens_are_bounded() -> None:
    assert (
        len(tokenise("x " * 50_000)) == len(tokenise("주" * 50_000)) == len(tokenise("ž " * 50_000)) == 20_000
    )
    assert [len(t) for t in tokenise("x" * 500)] == [len(t) for t in tokenise("ž" * 500)] == [48]


def test_index_terms_are_distinct_and_prefixed() -> None:
    assert index_terms("b a b 주문", "w1:") == ["w1:b", "w1:a", "w1:주문"]


RUN_TEXT = st.text(
    st.sampled_from("주문한상품이안와요我想退货谢谢カタカナをひらがなーはどこยังไม่ได้รับສະບາຍទេမြန်မာ"),
    min_size=2,
    max_size=40,
)


@given(RUN_TEXT, st.data())
def test_any_two_or_more_characters_of_a_run_are_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    part = text[start : data.draw(st.integers(start + 2, len(text)))]
    stored = set(index_terms(f"Hello {text}, bye", ""))
    query = parse_query(part)
    for group in query_terms(query, ""):
        for token in group.tokens[:-1]:
            assert token in stored
        last = group.tokens[-1]
        assert last in stored or (group.last_is_prefix and any(t.startswith(last) for t in stored))
    assert matches(f"Hello {text}, bye", query)
    assert highlight(text, query)


WORDS = st.lists(
    st.text(st.sampled_from("abcčšžéßøñ123दीকষяж"), min_size=1, max_size=9), min_size=1, max_size=12
)


@given(WORDS, st.data())
def test_any_word_of_a_text_is_found_also_by_its_start_and_in_capitals(
    words: list[str], data: st.DataObject
) -> None:
    text = " - ".join(words)
    word = data.draw(st.sampled_from(words))
    stored = set(tokenise(text))
    assert set(tokenise(word)) <= stored
    assert set(tokenise(word.upper())) <= stored
    start = parse_query(word[: data.draw(st.integers(1, len(word)))] + "*")
    assert matches(text, start)


@settings(max_examples=200)
@given(st.text())
def test_any_text_can_be_asked_and_searched(text: str) -> None:
    query = parse_query(text, {"tag"})
    assert all(set(tokenise(token)) <= {token} for group in query_terms(query, "") for token in group.tokens)
    assert isinstance(build_tsquery(query, "w:"), str)
    places = highlight(text, query)
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert places == sorted(places)
    assert all(left[1] <= right[0] for left, right in pairwise(places))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_places_fold_to_the_same_text_as_the_whole(text: str) -> None:
    atoms = "".join(atom for atom, _, _ in _atoms_with_places(text))
    assert atoms == "".join(split_units(fold(text)))


def test_a_query_is_taken_apart() -> None:
    query = parse_query(
        'refund "blue  Jacket" -spam -"not this" ord* tag:vip from:"Ana Novak" -is:open '
        'other:x subject:"a b" 주문취소',
        {"tag", "from", "is"},
    )
    assert query == SearchQuery(
        terms=(
            Term(("refund",)),
            Term(("ord",), is_prefix=True),
            Term(("other", "x")),
            Term(("subject",)),
            Term(("주문취소",)),
        ),
        phrases=(Term(("blue", "jacket")), Term(("a", "b"))),
        excluded=(Term(("spam",)), Term(("not", "this"))),
        filters=(Filter("tag", "vip"), Filter("from", "Ana Novak"), Filter("is", "open", is_negated=True)),
    )


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", SearchQuery()),
        ('  - " " * -* \'', SearchQuery()),
        ("tag:", SearchQuery(terms=(Term(("tag",)),))),
        ('TAG:"open', SearchQuery(filters=(Filter("tag", "open"),))),
        ("“smart quotes”", SearchQuery(phrases=(Term(("smart", "quotes")),))),
        ("tag：vip", SearchQuery(filters=(Filter("tag", "vip"),))),
        ("a a A", SearchQuery(terms=(Term(("a",)),))),
        ("e-mail --x", SearchQuery(terms=(Term(("e", "mail")),), excluded=(Term(("x",)),))),
        ("-1001", SearchQuery(excluded=(Term(("1001",)),))),
    ],
)
def test_odd_queries(q: str, expected: SearchQuery) -> None:
    assert parse_query(q, {"tag"}) == expected
    assert expected.is_empty() == (expected == SearchQuery())


def test_long_queries_are_cut() -> None:
    assert len(parse_query(" ".join(f"w{i}" for i in range(900))).terms) == 32


def test_the_last_word_may_be_a_start_while_typing() -> None:
    assert parse_query("blue jac", last_is_prefix=True).terms == (
        Term(("blue",)),
        Term(("jac",), is_prefix=True),
    )
    assert parse_query('blue "jac', last_is_prefix=True).phrases == (Term(("jac",)),)


def test_groups_for_the_index() -> None:
    query = parse_query('order a-12* "blue jacket" -spam -"not this" 주문취소 월')
    assert query_terms(query, "w:") == [
        AndGroup(("w:order",)),
        AndGroup(("w:a", "w:12"), last_is_prefix=True),
        AndGroup(("w:주문", "w:문취", "w:취소")),
        AndGroup(("w:월",), last_is_prefix=True),
        AndGroup(("w:blue", "w:jacket")),
        AndGroup(("w:spam",), is_negated=True),
    ]
    assert build_tsquery(query, "w:") == (
        "'w:order' & 'w:a' & 'w:12':* & 'w:주문' & 'w:문취' & 'w:취소' & 'w:월':* & "
        "'w:blue' & 'w:jacket' & !'w:spam'"
    )


def test_a_tsquery_is_quoted_and_needs_something_to_look_for() -> None:
    assert build_tsquery(parse_query("it's"), "a'\\b:") == "'a''\\\\b:it' & 'a''\\\\b:s'"
    assert build_tsquery(parse_query("-spam"), "w:") == ""
    assert build_tsquery(parse_query("tag:x", {"tag"}), "w:") == ""


def test_which_queries_need_a_second_look() -> None:
    for q in ("order", "ord* refund -spam", "退货"):
        assert not needs_recheck(parse_query(q))
    for q in ('"blue jacket"', "a-1001", "주문취소", "-주문취소", '-"not this"'):
        assert needs_recheck(parse_query(q))


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("My blue, JACKET is", "Blue jacket", True),
        ("blue is my jacket", "blue jacket", False),
        ("blue jackets", "blue jacket", False),
        ("배송이 주문취소 되었", "주문취소", True),
        ("주문하고 취소", "주문취소", False),
        ("주문 취소", "주문취소", True),
        ("iPhone手机壳", "手机", True),
        ("iPhone手机壳", "iphone 手机", True),
        ("أَيْنَ طَلَبِي", "اين طلبي", True),
        ("anything", " ?! ", True),
    ],
)
def test_phrases_are_checked_on_the_text(text: str, phrase: str, expected: bool) -> None:
    assert matches_phrase(text, phrase) is expected


def test_whole_queries_are_checked_on_the_text() -> None:
    text = "The Blue jacket of order A-1001 was never sent; 주문취소 부탁"
    for q in ("blue", 'jack* "order a"', "a-1001", "1001 -refund", "주문취소 -환불", '-"jacket blue"'):
        assert matches(text, parse_query(q)), q
    for q in ("jack", '"jacket order"', "1001-a", "-blue", '-"blue jacket"', "sent refund", "취소주문"):
        assert not matches(text, parse_query(q)), q


@pytest.mark.parametrize(
    ("text", "q", "marked"),
    [
        ("My Blue jacket, blue!", "blue", ["Blue", "blue"]),
        ("Žiga's čebela", "ziga cebel*", ["Žiga", "čebela"]),
        ("Die Straße", "strasse", ["Straße"]),
        ("주문취소 부탁, 취소", "취소", ["취소", "취소"]),
        ("아이폰케이스", "이폰케", ["이폰케"]),
        ("the blue jacket", '"blue jacket" jacket', ["blue jacket"]),
        ("blue and jacket", '"blue jacket"', []),
        ("order A-1001.", "a-1001", ["A-1001"]),
        ("Cafe\u0301 au lait", "cafe", ["Cafe\u0301"]),
        ("ﾊﾟｿｺﾝ", "パソ", ["ﾊﾟｿ"]),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af 테스트", "한글", ["\u1112\u1161\u11ab\u1100\u1173\u11af"]),
        ("طَلَبِي هنا", "طلبي", ["طَلَبِي"]),
        ("मेरा ऑर्डर", "ऑर्डर -मेरा", ["ऑर्डर"]),
        ("👍🏽 ok 👍🏽", "ok", ["ok"]),
        ("100 ㎏", "kg", ["㎏"]),
        ("nothing", "", []),
    ],
)
def test_hits_are_marked_in_the_text_as_written(text: str, q: str, marked: list[str]) -> None:
    assert [text[a:b] for a, b in highlight(text, parse_query(q))] == marked


def test_large_texts_cost_little() -> None:
    text = "Žiga naročil modro jakno 주문취소 ".ljust(40) * 5_000
    start = time.process_time()
    tokenise(text)
    highlight(text, parse_query('ziga "modro jakno" 문취'))
    matches(text, parse_query('"jakno ziga" x*'))
    assert time.process_time() - start < 3
