"""Mail addresses: read headers of any quality, normalise, plus-tokens, bounce addresses, free-mail
providers."""

import re

import idna

from parley.channels.mail.charsets import clean_line, decode_words
from parley.channels.mail.models import Address
from parley.channels.mail.wordlists import word_set

_MAX_NAME = 300
_ADDRESS_IN_TEXT = re.compile(r"[^\s<>()\[\]\",;:@]{1,128}@[^\s<>()\[\]\",;:@]{1,255}")
_LOCAL = re.compile(r"[^\s<>\"(),:;@\\\x00-\x1f\x7f]+|\"[^\"\x00-\x1f\x7f]+\"")
_DOMAIN = re.compile(
    r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*|\[[0-9A-Fa-f.:]+(?:IPv6:[0-9A-Fa-f.:]+)?\]"
)
_TOKEN = re.compile(r"[a-z0-9]{6,64}")

_SEPARATOR = re.compile(r"[\"(<,;:\\]")
_ENCLOSED = {
    '"': re.compile(r'(?:[^"\\]|\\.)*+"', re.DOTALL),
    "<": re.compile(r"[^<>]*+>"),
    "(": re.compile(r"(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)", re.DOTALL),
}

FREE_MAIL_DOMAINS = word_set(
    """
    aliyun.com aol.com arcor.de arnet.com.ar att.net bellsouth.net bigpond.com bk.ru bluewin.ch
    bol.com.br bt.com btinternet.com charter.net comcast.net cox.net daum.net docomo.ne.jp duck.com
    earthlink.net email.cz email.si ezweb.ne.jp fastmail.com fastmail.fm foxmail.com free.fr
    freemail.hu freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net
    hey.com hotmail.co.jp hotmail.co.uk hotmail.com hotmail.com.br hotmail.de hotmail.es hotmail.fr
    hotmail.it hushmail.com i.softbank.jp icloud.com ig.com.br inbox.lv inbox.ru interia.pl kakao.com
    laposte.net libero.it list.ru live.co.uk live.com live.fr live.it live.nl mac.com mail.bg mail.com
    mail.ee mail.ru mailbox.org mailfence.com me.com msn.com nate.com naver.com neuf.fr ntlworld.com
    o2.pl oi.com.br onet.pl online.de orange.fr outlook.com outlook.com.br outlook.de outlook.es
    outlook.fr outlook.it outlook.jp pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com
    r7.com rediffmail.com rogers.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca siol.net sina.cn
    sina.com sky.com sohu.com t-2.net t-online.de talktalk.net telefonica.net telenet.be terra.com.br
    terra.es tim.it tiscali.it tom.com triera.net tuta.com tuta.io tutanota.com ukr.net uol.com.br
    verizon.net videotron.ca vip.qq.com virgilio.it virginmedia.com vodafone.it volny.cz wanadoo.es
    wanadoo.fr web.de windowslive.com wp.pl xtra.co.nz y7mail.com yahoo.ca yahoo.co.in yahoo.co.jp
    yahoo.co.kr yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx
    yahoo.com.tw yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com
    zoho.com ziggo.nl 126.com 139.com 163.com 189.cn 21cn.com
    """
)


def normalise_address(address: str) -> str | None:
    """Write an address the one way that is compared and stored; None when it is none.

    Lower case, the domain as ASCII (IDNA 2008 with UTS 46 mapping); the local part keeps its own script.
    """
    local, at, domain = clean_line(address).strip("<>").strip().rpartition("@")
    domain = domain.rstrip(".").lower()
    if not at or len(local) > 128 or len(domain) > 253 or not _LOCAL.fullmatch(local):
        return None
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    if not _DOMAIN.fullmatch(domain):
        return None
    return f"{local.lower()}@{domain}"


def domain_of(address: str) -> str:
    """The domain of a normalised address ("" when it has none)."""
    return address.rpartition("@")[2] if "@" in address else ""


def is_free_mail(address: str) -> bool:
    """Whether anybody can get an address in this domain, so that sharing it says nothing about two people."""
    return domain_of(address) in FREE_MAIL_DOMAINS


def build_plus_address(address: str, token: str) -> str:
    """Put a token into an address: help@shop.example → help+token@shop.example (RFC 5233).

    Raises ValueError for a token other than 6 to 64 lower-case letters and digits.
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError("a plus token is 6 to 64 lower-case letters or digits")
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def find_plus_token(address: str, base: str) -> str | None:
    """Find the token of `build_plus_address(base, token)` in a normalised address."""
    local, _, domain = address.rpartition("@")
    base_local, _, base_domain = base.rpartition("@")
    prefix = f"{base_local}+"
    if domain != base_domain or not local.startswith(prefix):
        return None
    token = local.removeprefix(prefix)
    return token if _TOKEN.fullmatch(token) else None


def strip_plus(address: str) -> str:
    """The address without what follows a plus sign in its local part."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def build_bounce_address(base: str, token: str, recipient: str) -> str:
    """Build an envelope sender that names the recipient, so that every bounce can be assigned (VERP)."""
    local, _, domain = recipient.rpartition("@")
    base_local, _, base_domain = base.rpartition("@")
    return f"{base_local}+{token}-{local.replace('=', '==')}={domain}@{base_domain}"


def find_bounced_recipient(address: str, base: str) -> tuple[str, str] | None:
    """Find (token, recipient) in an address made by `build_bounce_address(base, …)`."""
    local, _, domain = address.rpartition("@")
    base_local, _, base_domain = base.rpartition("@")
    prefix = f"{base_local}+"
    if domain != base_domain or not local.startswith(prefix):
        return None
    token, dash, encoded = local.removeprefix(prefix).partition("-")
    encoded_local, equals, encoded_domain = encoded.rpartition("=")
    recipient = normalise_address(f"{encoded_local.replace('==', '=')}@{encoded_domain}")
    if not (dash and equals and recipient and _TOKEN.fullmatch(token)):
        return None
    return token, recipient


def parse_addresses(header: str, limit: int = 1_000) -> tuple[Address, ...]:
    """Read the mailboxes of an address header (RFC 5322), tolerating groups, comments, missing quotes,
    semicolons between addresses and RFC 2047 words in any place; without repetitions, in order."""
    found: dict[str, Address] = {}
    for piece in _split_mailboxes(header):
        address = _parse_mailbox(piece) or _parse_mailbox(decode_words(piece))
        if address and (address.address not in found or not found[address.address].name):
            found[address.address] = address
        if len(found) >= limit:
            break
    return tuple(found.values())


def _split_mailboxes(header: str) -> list[str]:
    """Cut at commas, semicolons and group colons outside quotes, comments and angle brackets."""
    pieces: list[str] = []
    start = position = 0
    while match := _SEPARATOR.search(header, position):
        char, position = match[0], match.end()
        if char in {'"', "(", "<"}:
            position = _skip_enclosed(header, char, position)
        elif char != "\\":
            pieces.append(header[start : match.start()])
            start = position
        else:
            position += 1
    pieces.append(header[start:])
    return [piece for piece in pieces if piece.strip()]


def _skip_enclosed(header: str, opening: str, position: int) -> int:
    """The end of what begins with a quote or bracket; right after it when it is never closed."""
    match = _ENCLOSED[opening].match(header, position)
    return match.end() if match else position


def _parse_mailbox(piece: str) -> Address | None:
    phrase, opened, rest = _split_angle(piece)
    if opened:
        address = normalise_address("".join(rest.split()).rpartition(":")[2])
        if address:
            return Address(_clean_name(phrase, address), address)
    bare = _without_comments(piece)
    address = normalise_address(bare)
    if address:
        comment = piece[piece.index("(") + 1 :].rpartition(")")[0] if "(" in piece else ""
        return Address(_clean_name(comment, address), address)
    if (match := _ADDRESS_IN_TEXT.search(piece)) and (address := normalise_address(match[0])):
        return Address(_clean_name(piece[: match.start()].rstrip("<[( "), address), address)
    return None


def _split_angle(piece: str) -> tuple[str, bool, str]:
    start = piece.rfind("<")
    if start < 0:
        return piece, False, ""
    return piece[:start], True, piece[start + 1 :].partition(">")[0]


def _without_comments(piece: str) -> str:
    out: list[str] = []
    position = 0
    while (start := piece.find("(", position)) >= 0:
        out.append(piece[position:start])
        position = _skip_enclosed(piece, "(", start + 1)
    out.append(piece[position:])
    return "".join(out).strip()


def _clean_name(phrase: str, address: str) -> str:
    """A display name without quotes and escapes; empty when it only repeats the address."""
    text = phrase.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    name = clean_line(decode_words(text))
    if name.count('"') % 2:
        name = name.replace('"', "")
    while len(name) >= 2 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    name = name[:_MAX_NAME].strip()
    return "" if name.lower() == address else name


def format_address(address: Address) -> str:
    """Write an address for people: Name <address>."""
    return f"{address.name} <{address.address}>" if address.name else address.address
