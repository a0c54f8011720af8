"""What the lexicon makes of texts: negation, intents, threats, entities; bounded however hostile the text is."""

import time

import pytest

from parley.assistant.understanding.lexicon import Lexicon
from parley.assistant.understanding.phrases import WordPhrases, expand_phrase

LEXICON = Lexicon()


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("I am not happy with it", "negative"),
        ("kein Problem, bis morgen", "neutral"),
        ("sem problema, eu fico no aguardo, obrigada", "neutral"),
        ("nothing wrong with it", "neutral"),
        ("these are fucking great, I love them", "positive"),
        ("soooo baaaad", "negative"),
        ("", "neutral"),
        ("\U0001f621\U0001f621", "furious"),
    ],
)
def test_feelings(text: str, sentiment: str) -> None:
    assert LEXICON.understand(text, None).sentiment == sentiment


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Where is my order?", "where_is_my_order"),
        ("Quero cancelar o pedido", "cancel_order"),
        ("¿Puedo cambiar la talla?", "change_size"),
        ("Ich brauche eine Rechnung mit Mehrwertsteuer", "invoice"),
        ("Je voudrais être remboursé", "refund"),
        ("Vorrei parlare con un operatore", "speak_to_human"),
        ("Rad bi spremenil naslov", "address_change"),
        ("환불해 주세요", "refund"),
        ("我要退货", "return"),
        ("クーポンは使えますか", "discount"),
    ],
)
def test_intents(text: str, intent: str) -> None:
    assert intent in [name for name, sure in LEXICON.understand(text, None).intents if sure >= 0.5]


def test_threats_are_named_and_urgency_heard() -> None:
    found = LEXICON.understand("My lawyer will hear of this, and I will open a PayPal dispute", "en")
    assert found.threatening
    assert {one["threat"] for one in found.reasons if "threat" in one} == {"law", "chargeback"}
    harm = LEXICON.understand("I want to die", "en")
    assert (harm.threatening, harm.urgent) == (True, True)
    assert {"threat": "self_harm"} in harm.reasons
    assert LEXICON.understand("I need it before the wedding, it is urgent", "en").urgent


def test_what_is_named_is_found() -> None:
    text = "Order no. 10233 / #A-5512, zoe@example.com, +49 171 2345678, 1Z999AA10123456784, paid 49,90 €"
    found = {(one.kind, str(one.value)) for one in LEXICON.understand(text, "en").entities}
    assert ("order_number", "10233") in found
    assert ("order_number", "A-5512") in found
    assert ("email", "zoe@example.com") in found
    assert ("phone", "+491712345678") in found
    assert ("tracking_number", "{'number': '1Z999AA10123456784', 'carrier': 'ups'}") in found
    assert ("amount", "{'amount': '49.90', 'currency': 'EUR'}") in found


def test_the_customers_own_language_decides_where_a_text_says_little() -> None:
    assert LEXICON.understand("ok 12", "pt-BR").language == "pt-BR"
    assert LEXICON.understand("Onde está o meu pedido, por favor?", "pt-PT").language == "pt-PT"
    assert LEXICON.understand("你好，我的订单呢", "zh-CN").language == "zh-CN"


def test_choices_nest_and_gaps_do_not_cross_a_full_stop() -> None:
    assert expand_phrase("(a|b(c|d)) e") == ["a e", "bc e", "bd e"]
    with pytest.raises(ValueError, match="bracket"):
        expand_phrase("(a|b")
    phrases = WordPhrases({"x": ["send .. back"]}, apart=False)
    assert phrases.find(phrases.read("please send it all back"))
    assert not phrases.find(phrases.read("please send. it came back"))


@pytest.mark.parametrize(
    "text",
    ["a" * 1_000_000, "never " * 200_000, "1" * 1_000_000, "#1-" * 300_000, "(" * 1_000_000, "骗" * 500_000],
)
def test_a_megabyte_of_anything_is_bounded(text: str) -> None:
    LEXICON.understand("warm up 骗", None)
    began = time.process_time()
    LEXICON.understand(text, "en")
    assert time.process_time() - began < 1.0
