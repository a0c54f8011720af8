"""How a customer feels, from the phrases that occur in his text and from how loud it is. Pure.

Points: an outburst ("worst shop ever") is enough for fury, a hard word or a curse is two thirds of it; disappointment
alone never reaches it unless it is shouted.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from parley.assistant.understanding.phrases import BREAK, Hit

FURY, SCREAM = 3.0, 2.0
THREATS = ("law", "chargeback", "police", "press", "violence", "self_harm")
NEGATION_REACH = 3
_SHOUTED = re.compile(r"!\s?!|[?!\uff01\uff1f]{2,}")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_EMOJI = {
    "strong": "😡🤬👿💩🖕",
    "negative": "😠😤😞😢😭👎😒🙄💔☹😩😫😔",
    "positive": "😍🥰😊❤💕👍🤩🥳💖😀😁🙌👏😘💯",
}


class Tone(msgspec.Struct, frozen=True):
    """A sentiment, whether it is urgent or threatens, and what decided it (never the text)."""

    sentiment: str
    urgent: bool
    threatening: bool
    reasons: tuple[dict[str, Any], ...]


def hear_tone(text: str, read: Sequence[str], hits: Sequence[Hit], reach: int) -> Tone:
    """Says how a text sounds; `read` are its words or characters, `reach` how far a negation is felt."""
    counts = _count(read, hits, reach)
    for name, signs in _EMOJI.items():
        seen = sum(text.count(sign) for sign in signs)
        counts[name] = counts.get(name, 0.0) + min(seen, 2)
    loud = _loudness(text)
    if loud >= SCREAM and not counts.get("positive") and not counts.get("promoter"):
        counts["strong"] = counts.get("strong", 0.0) + 0.5
    threats = [threat for threat in THREATS if counts.get(threat)]
    anger = _anger(counts, loud, threats)
    bad = counts.get("negative", 0.0)
    good = counts.get("positive", 0.0)
    hard = bad + counts.get("strong", 0.0) + counts.get("swear", 0.0) + counts.get("furious", 0.0)
    if good and not bad and not counts.get("strong") and not counts.get("furious") and not threats:
        # A curse within praise is praise.
        anger, hard = 0.0, 0.0
    if anger >= FURY:
        sentiment = "furious"
    elif counts.get("promoter") and hard <= 1 and not threats:
        sentiment = "promoter"
    elif hard and hard >= good:
        sentiment = "negative"
    elif good:
        sentiment = "positive"
    else:
        sentiment = "negative" if threats else "neutral"
    reasons: list[dict[str, Any]] = [
        {"sentiment": sentiment, "by": sorted(name for name, count in counts.items() if count), "loud": loud}
    ]
    reasons += [{"threat": threat} for threat in threats]
    urgent = bool(counts.get("urgent")) or "self_harm" in threats
    return Tone(sentiment, urgent, bool(threats), tuple(reasons))


def _anger(counts: dict[str, float], loud: float, threats: Sequence[str]) -> float:
    raw = (
        3.0 * counts.get("furious", 0.0)
        + 2.0 * (counts.get("strong", 0.0) + counts.get("swear", 0.0))
        + (1.5 if set(threats) - {"self_harm"} else 0.0)
    )
    bad = counts.get("negative", 0.0)
    if not raw and not bad:
        return 0.0
    return raw + 0.75 * min(bad, 2.0) + loud + min(counts.get("intense", 0.0), 1.0) * 0.5


def _count(read: Sequence[str], hits: Sequence[Hit], reach: int) -> dict[str, float]:
    """Counts the hits of each group, after what negates or strengthens them."""
    counts: dict[str, float] = {}
    seen: set[tuple[str, ...]] = set()
    for hit in hits:
        words = (hit.group, *read[hit.first : hit.last + 1])
        if hit.group in ("negator", "intense", "calm") or ":" in hit.group or words in seen:
            continue
        seen.add(words)
        group = hit.group
        if group in ("positive", "promoter", "negative", "strong", "urgent") and _comes_before(
            "negator", read, hits, hit, reach
        ):
            if group == "positive":
                group = "negative"
            elif group in ("promoter", "strong", "negative", "urgent"):
                continue
        counts[group] = counts.get(group, 0.0) + 1.0
        if group in ("negative", "strong") and _comes_before("intense", read, hits, hit, reach):
            counts["intense"] = counts.get("intense", 0.0) + 1.0
    return counts


def _comes_before(group: str, read: Sequence[str], hits: Sequence[Hit], hit: Hit, reach: int) -> bool:
    """Says whether a hit of a group ends shortly before another, in the same clause."""
    return any(
        other.group == group
        and 0 < hit.first - other.last <= reach
        and BREAK not in read[other.last : hit.first]
        for other in hits
    )


def _loudness(text: str) -> float:
    """Gives 0 to 2.5: capitals, repeated marks, stretched words."""
    words = [word for word in _WORD.findall(text) if len(word) > 2]
    shouted = [word for word in words if word.isupper() and word.lower() != word]
    capitals = len(shouted) >= 3 or (len(shouted) == 2 and len(words) <= 6)
    marks = len(_SHOUTED.findall(text))
    return (
        (1.0 if capitals else 0.0)
        + (1.0 if marks else 0.0)
        + (0.5 if _STRETCHED.search(text.replace("www", "")) else 0.0)
    )
