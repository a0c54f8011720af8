"""The first author of forwarded mail."""

from datetime import UTC, datetime

import pytest

from parley.channels.mail.dates import parse_quoted_date
from parley.channels.mail.forwards import find_forwarded
from parley.channels.mail.parse import parse_mail
from tests.channels.mail.samples_list import NAMES, build_raw, parse_sample

AFTERNOON = datetime(2026, 5, 11, 14, 5, tzinfo=UTC)
FORWARDS = {
    "forward_apple_fr": (
        "zoe.girard@orange.fr",
        "Zoé Girard",
        "Facture 10538",
        "Bonjour,\nil manque la facture.",
    ),
    "forward_attached_sv": (
        "elsa.berg@telia.example",
        "Elsa Berg",
        "Trasig skärm 10540",
        "Hej, skärmen är trasig.",
    ),
    "forward_gmail_ar": ("ahmad@yahoo.com", "أحمد", "طلب 10533", "أين طلبي؟"),
    "forward_gmail_en": (
        "harry.stone@hotmail.com",
        "Harry Stone",
        "Broken lamp 10530",
        "Hi Mia,\n\nthe lamp arrived broken.\n\nHarry",
    ),
    "forward_gmail_ko": ("yh.park@daum.net", "박영희", "환불 문의 10531", "환불은 언제 되나요?"),
    "forward_gmail_pt": (
        "ines.magalhaes@sapo.pt",
        "Inês Magalhães",
        "Pedido 10532",
        "Boa tarde,\no pedido veio errado.",
    ),
    "forward_outlook_de": (
        "r.koehler@t-online.de",
        "Renate Köhler",
        "Garantie 10535",
        "Das Gerät läuft nicht mehr.",
    ),
    "forward_outlook_pt": (
        "paulo.sa@uol.com.br",
        "Paulo Sá",
        "Garantia 10534",
        "O aparelho parou de funcionar.",
    ),
    "forward_outlook_sl": ("irena.jeric@siol.net", "Irena Jerič", "Garancija 10536", "Aparat ne deluje več."),
    "forward_outlook_zh": ("chenjing@126.com", "陈静", "保修 10537", "机器坏了。"),
    "forward_proton_en": (
        "sam.field@pm.me",
        "Sam Field",
        "Late parcel 10543",
        "The parcel is a week late.\nSam",
    ),
    "forward_thunderbird_es": ("pilar@terra.es", "Pilar Ibáñez", "Factura 10539", "Hola, falta la factura."),
    "forward_twice_it": (
        "giulia.conti@virgilio.it",
        "Giulia Conti",
        "Reclamo 10541",
        "Il pacco è arrivato aperto.",
    ),
    "forward_yahoo_en": (
        "noor.aziz@yahoo.co.uk",
        "Noor Aziz",
        "Wrong colour 10542",
        "I ordered green and got blue.",
    ),
}


@pytest.mark.parametrize("name", FORWARDS)
def test_first_author(name: str) -> None:
    found = find_forwarded(parse_sample(name))
    assert found is not None
    assert (found.address, found.name, found.subject, found.body.strip()) == FORWARDS[name]


@pytest.mark.parametrize("name", sorted(set(FORWARDS) - {"forward_gmail_pt", "forward_yahoo_en"}))
def test_date_of_the_original(name: str) -> None:
    found = find_forwarded(parse_sample(name))
    assert found is not None
    assert found.date is not None
    assert found.date.replace(second=0) == AFTERNOON


def test_comment_and_depth() -> None:
    simple = find_forwarded(parse_sample("forward_gmail_en"))
    twice = find_forwarded(parse_sample("forward_twice_it"))
    attached = find_forwarded(parse_sample("forward_attached_sv"))
    assert simple is not None
    assert twice is not None
    assert attached is not None
    assert (simple.comment, simple.depth) == ("Please open a case for him.", 1)
    assert twice.depth == 2
    assert attached.comment == "Se bifogat."


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("forward_")])
def test_replies_and_reports_are_no_forwards(name: str) -> None:
    assert find_forwarded(parse_sample(name)) is None


def test_a_reply_to_a_forward_is_none() -> None:
    quoted = (
        "Thanks!\n\nOn Tue, May 12, 2026 at 10:15 AM Mia <mia@shop.example> wrote:\n\n"
        "> ---------- Forwarded message ---------\n> From: Harry <harry@x.example>\n> Date: Mon, May 11, 2026\n"
        "> Subject: Lamp\n> To: Mia <mia@shop.example>\n>\n> It is broken.\n"
    )
    outlook = (
        "Thanks!\n\nFrom: Mia <mia@shop.example>\nSent: Tuesday, May 12, 2026 10:15\nTo: Ana <ana@x.example>\n"
        "Subject: Fwd: Lamp\n\n---------- Forwarded message ---------\nFrom: Harry <harry@x.example>\n"
        "Date: Mon, May 11, 2026\nSubject: Lamp\nTo: Mia <mia@shop.example>\n\nIt is broken.\n"
    )
    for body in (quoted, outlook):
        assert find_forwarded(parse_mail(build_raw(body, "Subject: Re: Fwd: Lamp"))) is None


def test_an_author_without_address_is_named() -> None:
    body = "From: Renate Köhler\nSent: Monday, May 11, 2026 16:05\nTo: Mia\nSubject: Guarantee\n\nIt broke.\n"
    found = find_forwarded(parse_mail(build_raw(body, "Subject: FW: Guarantee")))
    assert found is not None
    assert (found.address, found.name) == ("", "Renate Köhler")


@pytest.mark.parametrize(
    "text",
    [
        "Mon, May 11, 2026 at 4:05\u202fPM",
        "segunda-feira, 11 de maio de 2026 16:05",
        "lunes, 11 de mayo de 2026 16:05",
        "Montag, 11. Mai 2026 16:05",
        "Am 11.05.2026 um 16:05",
        "lundi 11 mai 2026 à 16:05",
        "lunedì 11 maggio 2026 16:05",
        "ponedeljek, 11. maj 2026 16:05",
        "2026년 5월 11일 (월) 오후 4:05",
        "2026年5月11日 16:05",
        "2026年5月11日(星期一) 下午4:05",
        "2026-05-11 16:05:00",
        "الاثنين، 11 مايو 2026 في 4:05 م",
        "١١ مايو ٢٠٢٦ ١٦:٠٥",
        "Mon, 11 May 2026 14:05:00 +0000",
        "Mon, 11 May 2026 10:05:00 EDT",
    ],
)
def test_dates_in_many_languages(text: str) -> None:
    assert parse_quoted_date(text, 120) == AFTERNOON


@pytest.mark.parametrize(
    "text", ["", "yesterday", "11/05/2026 16:05", "2026-13-45 16:05", "99. Mai 2026", "May"]
)
def test_dates_that_cannot_be_told(text: str) -> None:
    assert parse_quoted_date(text, 120) is None
