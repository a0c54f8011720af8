"""The policy of a shop that has written none: cautious, and every return looked at by a person. Pure."""

from parley.commerce.policies.terms import Processing, Reason, Returns, Terms

REASONS: dict[str, dict[str, str]] = {
    "too_small": {"en": "Too small", "pt-BR": "Ficou pequeno", "ko": "너무 작아요", "sl": "Premajhno", "zh-Hans": "太小"},
    "too_large": {"en": "Too large", "pt-BR": "Ficou grande", "ko": "너무 커요", "sl": "Preveliko", "zh-Hans": "太大"},
    "changed_mind": {
        "en": "Changed my mind", "pt-BR": "Mudei de ideia", "ko": "마음이 바뀌었어요", "sl": "Premislil sem si",
        "zh-Hans": "改变主意",
    },
    "damaged": {
        "en": "Arrived damaged or faulty", "pt-BR": "Chegou danificado ou com defeito", "ko": "파손되었거나 불량이에요",
        "sl": "Poškodovano ali z napako", "zh-Hans": "到货损坏或有缺陷",
    },
    "wrong_item": {
        "en": "Not what I ordered", "pt-BR": "Não é o que pedi", "ko": "주문한 것과 달라요", "sl": "Ni to, kar sem naročil",
        "zh-Hans": "与所订商品不符",
    },
}  # fmt: skip
SHOP_PAYS = ("damaged", "wrong_item")
PHOTO = ("damaged",)


def default_reasons() -> list[Reason]:
    """Gives the reasons that every shop knows."""
    return [
        Reason(
            code=code,
            name=dict(name),
            shop_pays=code in SHOP_PAYS,
            photo=code in PHOTO,
            fee=code not in SHOP_PAYS,
        )
        for code, name in REASONS.items()
    ]


def default_terms(currency: str, time_zone: str, languages: list[str] | None = None) -> Terms:
    """Gives the terms to begin with, in a store's currency and zone."""
    return Terms(
        currency=currency,
        languages=languages or ["en"],
        processing=Processing(time_zone=time_zone),
        returns=Returns(reasons=default_reasons(), by_itself=0),
    )
