"""What a subject is about, without the prefixes and marks that mail programs and desks add."""
# ruff: noqa: RUF001

import difflib
import re
import unicodedata
from enum import StrEnum

from parley.channels.mail.charsets import clean_line
from parley.channels.mail.wordlists import GENERIC_SUBJECT_WORDS

_MAX_SUBJECT = 1_000
_MAX_COMPARED = 300
_MAX_PREFIXES = 30

# English, Portuguese, Spanish, German, French, Italian, Dutch, Nordic, Finnish, Polish, Czech, Slovenian,
# Croatian, Hungarian, Turkish, Greek, Russian, Ukrainian, Hebrew, Arabic, Chinese, Japanese, Korean,
# Vietnamese, Indonesian, Thai.
_REPLY_WORDS = (
    "re|aw|antw|antwort|res|rsp|resp|respuesta|r|rif|réf|ref|rép|sv|vs|vá|odp|odg|odgovor|ynt|yan|atb|bls|"
    "отв|ответ|відп|απ|σχετ|תשובה|השב|رد|الرد|trả lời|bales|balas|ตอบ|ตอบกลับ|"
    "回复|回覆|答复|答覆|回應|回信|返信|답장|회신|답변"
)
_FORWARD_WORDS = (
    "fwd|fw|wg|weitergeleitet|enc|encaminhado|encaminhada|rv|reenv|reenviado|tr|trans|transf|inoltro|i|fs|vb|"
    "vl|doorst|doorsturen|pd|přep|posred|posredovano|proslijeđeno|továbbítás|továbbítva|ilt|i̇lt|i̇let|пересл|"
    "перенапр|πρδ|πρθ|προωθ|הועבר|إعادة توجيه|إعادة إرسال|تحويل|chuyển tiếp|terusan|teruskan|ส่งต่อ|"
    "转发|轉寄|轉發|转寄|転送|전달"
)


def _prefix(words: str) -> re.Pattern[str]:
    longest_first = sorted(words.split("|"), key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in longest_first)
    return re.compile(rf"\s*(?:{alternatives})\.?\s?(?:[\[(^]?\d{{1,4}}[\])]?)?\s?[:：]\s*", re.IGNORECASE)


_REPLY = _prefix(_REPLY_WORDS)
_FORWARD = _prefix(_FORWARD_WORDS)
_MARK = re.compile(
    r"\s*(?:\[(?:ext|extern\w{0,3}|externer absender|spam\??|possible spam|suspected spam|bulk|caution|"
    r"warning|外部\w{0,4})"
    r"(?:[ :-][^\]]{0,30})?\]|\*{2,5} ?spam ?\*{2,5}|\{spam\??\})\s*",
    re.IGNORECASE,
)
_TICKET = re.compile(
    r"[\[(]\s?(?:(?:ticket|case|request|chamado|protocolo|caso|vorgang|anfrage|demande|richiesta|zahtevek|티켓|工单|工單|"
    r"id|ref)\s?(?:id|nr|no|n[º°])?\.?\s?[:#-]?\s?#?|#)\s?[a-z]{0,6}-?\d{2,20}[\w-]{0,20}\s?[\])]"
    r"|##-? ?[\w-]{2,40} ?-?##|\bref:[\w!.]{4,60}:ref\b|\[ ref:[\w!.]{4,60}:ref \]",
    re.IGNORECASE,
)
_WRAPPED_FORWARD = re.compile(r"\s*\[fwd:(.*)\]\s*", re.IGNORECASE)
_TRAILING_FORWARD = re.compile(r"\s*\((?:fwd|fw)\)\s*$", re.IGNORECASE)


class SubjectMatch(StrEnum):
    """How two subjects compare once prefixes and marks are gone."""

    SAME = "same subject"
    SIMILAR = "similar subject"
    EMPTY = "no subject"
    DIFFERENT = "different subject"


def base_subject(subject: str) -> str:
    """Strip reply and forward prefixes of many languages, warning marks and ticket tokens (after RFC
    5256)."""
    text = _TICKET.sub(" ", unicodedata.normalize("NFC", clean_line(subject[:_MAX_SUBJECT])))
    for _ in range(_MAX_PREFIXES):
        before = text
        for pattern in (_REPLY, _FORWARD, _MARK):
            if match := pattern.match(text):
                text = text[match.end() :]
        if match := _WRAPPED_FORWARD.fullmatch(text):
            text = match[1]
        text = _TRAILING_FORWARD.sub("", text)
        if text == before:
            break
    return clean_line(text)


def has_forward_prefix(subject: str) -> bool:
    """Whether the outermost prefix of a subject says "forwarded"."""
    text = clean_line(subject[:_MAX_SUBJECT])
    while match := _MARK.match(text):
        text = text[match.end() :]
    text = _TICKET.sub(" ", text)
    return bool(_FORWARD.match(text) or _WRAPPED_FORWARD.fullmatch(text) or _TRAILING_FORWARD.search(text))


def has_reply_prefix(subject: str) -> bool:
    """Whether the outermost prefix of a subject says "reply"."""
    text = clean_line(subject[:_MAX_SUBJECT])
    while match := _MARK.match(text):
        text = text[match.end() :]
    return bool(_REPLY.match(_TICKET.sub(" ", text)))


def subject_words(subject: str) -> tuple[str, ...]:
    """The comparable words of a subject: letters, numbers and their marks only, folded (marks carry
    meaning in Hindi or Thai, where `\\w` would tear words apart)."""
    folded = unicodedata.normalize("NFKC", base_subject(subject)).casefold()
    kept = (char if unicodedata.category(char)[0] in "LNM" else " " for char in folded[:_MAX_SUBJECT])
    return tuple("".join(kept).split())


def is_generic(subject: str) -> bool:
    """Whether a subject says nothing about the matter: empty, very short, or only words such as "order"."""
    words = subject_words(subject)
    return sum(len(word.encode()) for word in words) < 4 or all(
        word in GENERIC_SUBJECT_WORDS for word in words
    )


def compare_subjects(first: str, second: str) -> SubjectMatch:
    """Compare two subjects; different order or ticket numbers make them different however alike the rest
    is."""
    one, other = subject_words(first), subject_words(second)
    if not one or not other:
        return SubjectMatch.EMPTY
    if one == other:
        return SubjectMatch.SAME
    if _have_other_numbers(one, other):
        return SubjectMatch.DIFFERENT
    short, long = sorted((" ".join(one)[:_MAX_COMPARED], " ".join(other)[:_MAX_COMPARED]), key=len)
    if short in long and len(short.encode()) >= 8:
        return SubjectMatch.SIMILAR
    shared = len(set(one) & set(other)) / len(set(one) | set(other))
    likeness = difflib.SequenceMatcher(None, short, long, autojunk=False).ratio()
    return SubjectMatch.SIMILAR if shared >= 0.6 or likeness >= 0.75 else SubjectMatch.DIFFERENT


def _have_other_numbers(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    numbers = [
        {word for word in words if sum(char.isdecimal() for char in word) >= 3} for words in (one, other)
    ]
    return bool(numbers[0] and numbers[1] and not numbers[0] & numbers[1])
