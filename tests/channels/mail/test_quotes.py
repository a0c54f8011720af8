"""Folding of quotations in mails of the main programs, in many languages."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.folding import is_sent_from
from parley.channels.mail.quotes import fold_mail, fold_quotes
from parley.kit.richtext.text import text_from_html
from tests.channels.mail.samples_list import NAMES, parse_sample

# What stays visible, and something that must be folded.
REPLIES = {
    "apple_iphone_de": ("Passt, danke!", "die Lieferung kommt am Donnerstag"),
    "apple_iphone_ja": ("交換をお願いします。", "サイズはいかがでしたか"),
    "apple_mail_en": ("Hello Mia,\n\nI dropped it off today, the receipt is 88412.\n\nGrace", "by Friday"),
    "gmail_ar": ("مرحبا،\n\nلم يصل الطلب حتى الآن.", "تم شحن الطلب"),
    "gmail_de": ("Guten Tag,\n\nbitte an die neue Adresse schicken.", "wohin dürfen wir liefern"),
    "gmail_en": ("Hi,\n\nsize M please, and the blue one.\n\nThanks\nAna", "which size and colour"),
    "gmail_es": ("Hola:\n\nYa lo he enviado por correo esta mañana.", "¿ha enviado ya el paquete?"),
    "gmail_fr": (
        "Bonjour,\n\nje n’ai toujours rien reçu.\n\nCordialement\nÉlodie",
        "votre colis est en route",
    ),
    "gmail_it": ("Buongiorno,\n\nperché l’etichetta non si apre?", "in allegato l’etichetta"),
    "gmail_ja": ("お世話になっております。\n\nまだ商品が届いておりません。", "商品を発送いたしました"),
    "gmail_ko": ("안녕하세요.\n\n아직 상품을 받지 못했습니다. 확인 부탁드립니다.", "상품이 발송되었습니다"),
    "gmail_pt": (
        "Bom dia,\n\nO pacote ainda não chegou. Podem verificar, por favor?\n\nObrigado,\nJoão",
        "o pedido foi enviado ontem",
    ),
    "gmail_signature_en": ("That works for us, go ahead.", "Diaz Handmade"),
    "gmail_sl": (
        "Pozdravljeni,\n\nčevlji so premajhni, prosim za zamenjavo.\n\nLep pozdrav\nŠpela",
        "ali vam številka ustreza",
    ),
    "gmail_zh": ("您好，\n\n我还没有收到包裹，请帮忙查询。", "您的包裹已经发出"),
    "gmx_de": ("Hallo,\nich nehme die schwarze.", "welche Farbe hätten Sie gern"),
    "k9_de": ("Danke, die Rechnung ist da.", "anbei die Rechnung"),
    "k9_original_en": ("Tomorrow at five is fine.", "when would you like to pick it up"),
    "naver_ko": ("네, 파란색으로 교환해 주세요.\n\n감사합니다.", "어떤 색상으로 교환해 드릴까요"),
    "netease_app_zh": ("地址没有变，直接发就行。", "请确认一下地址"),
    "netease_zh": ("换成L码，谢谢！", "请问您需要什么尺码"),
    "outlook_desktop_ar": ("مرحبا،\n\nالفاتورة غير صحيحة.", "الفاتورة مرفقة"),
    "outlook_desktop_de": (
        "Guten Tag,\n\ndas Gerät ist defekt angekommen.\n\nViele Grüße\nSabine Müller",
        "ist die Lieferung angekommen",
    ),
    "outlook_desktop_en": (
        "Hello Mia,\n\nthe VAT number is missing on the invoice.\n\nBest regards,\nPeter",
        "please find the invoice attached",
    ),
    "outlook_desktop_is": ("Góðan dag,\n\nreikningurinn er rangur.", "reikningur fylgir"),
    "outlook_desktop_it": ("Buongiorno,\nla fattura è sbagliata.", "la fattura è allegata"),
    "outlook_desktop_ja": (
        "お世話になっております。\n\n請求書の宛名が違います。",
        "請求書を添付いたします",
    ),
    "outlook_desktop_sl": ("Spoštovani,\n\nračuna še nismo prejeli.", "račun je v priponki"),
    "outlook_desktop_zh": ("您好，\n\n发票抬头有误，请重开。", "发票见附件"),
    "outlook_mobile_en": ("Photo attached, see the left pocket.", "could you send us a photo"),
    "outlook_mobile_fr": ("Merci, c’est noté.", "le retour est accepté"),
    "outlook_web_es": ("Buenas tardes,\n\nel color no es el que pedí.", "¿todo correcto?"),
    "outlook_web_pt": ("Boa tarde,\n\nquero trocar pelo tamanho G.\n\nObrigada", "qual tamanho prefere"),
    "proton_en": ("It worked with the new code.", "here is a new code"),
    "qq_zh": ("已经寄出了，单号是SF1234567890。", "请把商品寄回以下地址"),
    "thunderbird_bottom_en": ("Twelve, please.", "the item is back in stock"),
    "thunderbird_sl": (
        "Pozdravljeni,\n\nvračilo ustreza, številka računa je enaka kot pri nakupu.\n\nLep pozdrav,\nTomaž",
        "želite zamenjavo",
    ),
    "yahoo_en": ("The screws arrived today, all good now.\nTom", "the missing screws were posted"),
    "yahoo_es": ("Perfecto, muchas gracias.", "hemos hecho el reembolso"),
    "yandex_en": ("The green one, please.", "Which colour?"),
}
WHOLE = [name for name in NAMES if name.startswith(("forward_", "calendar_", "contact_form", "form_like"))]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("name", REPLIES)
def test_only_the_reply_stays_visible(name: str) -> None:
    mail = parse_sample(name)
    visible, folded = REPLIES[name]
    result = fold_mail(mail)
    assert result.visible_text.strip() == visible
    assert folded in result.quoted_text
    if mail.html:
        assert squeeze(text_from_html(result.visible_html)) == squeeze(visible)
        assert folded in unescape(result.quoted_html)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost(name: str) -> None:
    mail = parse_sample(name)
    result = fold_quotes(mail.text, mail.html)
    assert sorted(result.visible_text + result.quoted_text) == sorted(mail.text)
    assert sorted(result.visible_html + result.quoted_html) == sorted(mail.html)


@pytest.mark.parametrize("name", WHOLE)
def test_forwards_and_letters_are_not_folded(name: str) -> None:
    result = fold_mail(parse_sample(name))
    assert not result.quoted_text
    assert not result.quoted_html


def test_answers_between_quotations_keep_them_visible() -> None:
    mail = parse_sample("gmail_interleaved_en")
    result = fold_quotes(mail.text, mail.html)
    for visible in (result.visible_text, text_from_html(result.visible_html)):
        for text in ("answers below", "Which size", "Size 43", "your old address", "5 Mill Lane"):
            assert text in visible
        assert "Kind regards" not in visible
    html_only = parse_sample("thunderbird_interleaved_it")
    assert fold_quotes(html_only.text, html_only.html).visible_text == html_only.text
    assert fold_quotes("", html_only.html).visible_html == html_only.html


def test_a_reply_that_quotes_a_forward_is_folded() -> None:
    text = (
        "Thanks, we will look into it.\n\nOn Tue, May 12, 2026 at 10:15 AM Mia <mia@shop.example> wrote:\n\n"
        "> ---------- Forwarded message ---------\n> From: Harry <harry@x.example>\n> Date: Mon, May 11, 2026\n"
        "> Subject: Lamp\n> To: Mia <mia@shop.example>\n>\n> It is broken.\n"
    )
    result = fold_quotes(text, "")
    assert result.visible_text.strip() == "Thanks, we will look into it."


def test_nothing_is_folded_when_nothing_would_remain() -> None:
    text = "On Tue, May 12, 2026 at 10:15 AM Mia <mia@shop.example> wrote:\n> Hello\n"
    html = '<blockquote type="cite">Hello</blockquote>'
    result = fold_quotes(text, html)
    assert (result.visible_text, result.visible_html) == (text, html)


@pytest.mark.parametrize(
    "text",
    [
        "My list:\n- one\n- two\n\nThat is all.",
        "From: the shop in town\nI bought it there. To: my brother.",
        "Please note:\nDate: 12.05.2026 10:15\nPhone: 123\nE-mail: ana@x.example\nThanks",
        "Please book:\nDe: Lisboa\nPara: Porto\nData: 12/05/2026 10:15\nObrigado",
        "I sent the phone back, it is a Galaxy.\nWhat now?",
        "The box said\n> fragile\nbut it was broken.",
        "a -- b\n\n--\n\n" + "line\n" * 30,
        "Hello\n________________\nplease answer\n________________\nquickly",
        "*****\nIMPORTANT\n*****\nplease call",
        "",
        "\n\n",
    ],
)
def test_what_a_person_writes_by_hand_is_not_folded(text: str) -> None:
    assert fold_quotes(text, "").quoted_text == ""


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Enviado do meu iPhone",
        "Enviado desde mi iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Inviato da iPhone",
        "Poslano iz mojega iPhonea",
        "나의 iPhone에서 보냄",
        "iPhoneから送信",
        "发自我的iPhone",
        "أرسلت من الـ iPhone الخاص بي",
        "Sent with Proton Mail secure email.",
        "Get Outlook for Android<https://aka.ms/AAb9ysg>",
        "Gesendet von Outlook für Android",
        "네이버 메일 앱에서 보냄",
    ],
)
def test_lines_of_telephones(line: str) -> None:
    assert is_sent_from(line)
    assert fold_quotes(f"Yes, please.\n\n{line}\n", "").visible_text.strip() == "Yes, please."


@pytest.mark.parametrize(
    "line",
    ["I have an iPhone 15", "Is the Galaxy case in stock?", "my Outlook shows nothing", "Send it to me"],
)
def test_lines_about_telephones(line: str) -> None:
    assert not is_sent_from(line)


HISTORY = """
---- On Tue, 12 May 2026 10:15:00 +0200 Help <help@shop.example> wrote ----
===
-------- Original message --------
From: Help <help@shop.example>
Date: 12/05/2026 10:15 (GMT+01:00)
To: ana@x.example
Subject: Re: Order
===
From: "Help" <help@shop.example>
To: "Ana" <ana@x.example>
Sent: Tuesday, 12 May, 2026 10:15:00
Subject: Order
===
Вторник, 12 мая 2026, 10:15 +03:00 от Help <help@shop.example>:
===
12 May 2026 Sal 10:15 tarihinde Help <help@shop.example> şunu yazdı:
===
मंगल, 12 मई 2026 को 10:15 am को Help <help@shop.example> ने लिखा:
===
เมื่อ อ. 12 พ.ค. 2026 เวลา 10:15 Help <help@shop.example> เขียนว่า:
===
Help <help@shop.example> 於 2026年5月12日 週二 上午10:15寫道：
===
在 2026年5月12日，10:15，客服 <help@shop.example> 写道：
===
2026. 5. 12. 오전 10:15, 고객센터 <help@shop.example> 작성:
===
On 12 May 2026 at 10:15 +0200, Help <help@shop.example>, wrote:
===
*From:* Help <help@shop.example>
*Sent:* Tuesday, May 12, 2026 10:15
*To:* Ana
*Subject:* Order
===
-----Ursprüngliche Nachricht-----
Von: Help <help@shop.example>
Gesendet: Dienstag, 12. Mai 2026 10:15
An: Ana
Betreff: Bestellung
===
--------- Skilaboð áframsend ---------
From: Help <help@shop.example>
Date: 12 May 2026
To: Ana
"""


@pytest.mark.parametrize("head", HISTORY.strip().split("\n===\n"))
@pytest.mark.parametrize("sign", ["", "> "])
def test_history_of_other_programs(head: str, sign: str) -> None:
    """With and without quote signs before the quoted lines."""
    text = f"Yes, please.\nAna\n\n{head}\n\n{sign}Shall we send it?\n{sign}Mia\n"
    result = fold_quotes(text, "")
    assert result.visible_text.strip() == "Yes, please.\nAna"
    assert result.quoted_text.strip().startswith(head.split("\n", maxsplit=1)[0])


def test_blank_lines_are_folded_with_what_they_separate() -> None:
    text = "Yes.\n\nOn 2026-05-12 10:15, Help <help@shop.example> wrote:\n\n> one\n\n> two\n"
    assert fold_quotes(text, "").visible_text == "Yes.\n"


def test_signature_below_the_quotation_and_answer_below_it() -> None:
    text = "On 5/12/26 10:15, Help wrote:\n> How many?\n\nTwelve.\n-- \nOlga\nPetrova Ltd\n"
    result = fold_quotes(text, "")
    assert result.visible_text.strip() == "Twelve."
    assert "Petrova Ltd" in result.quoted_text


def test_quotation_in_html_without_any_class() -> None:
    html = (
        "<p>Yes.</p><p><b>From:</b> Help &lt;help@shop.example&gt;<br><b>Sent:</b> Tuesday, May 12, 2026 10:15"
        "<br><b>To:</b> Ana<br><b>Subject:</b> Order</p><p>Old text</p>"
    )
    result = fold_quotes("", html)
    assert result.visible_html == "<p>Yes.</p>"


@given(st.text(max_size=400), st.text(alphabet="<>/=\"' divblockquote-!\n", max_size=400))
def test_every_character_is_kept_in_order(text: str, html: str) -> None:
    result = fold_quotes(text, html)
    assert sorted(result.visible_text + result.quoted_text) == sorted(text)
    assert sorted(result.visible_html + result.quoted_html) == sorted(html)
    assert is_subsequence(result.visible_html, html)
    assert is_subsequence(result.quoted_text, text)


@given(
    st.lists(
        st.sampled_from(
            [
                "> quoted",
                "written",
                "",
                "On Tue, May 12, 2026 at 10:15 AM Mia <m@shop.example> wrote:",
                "-- ",
                "From: Help <help@shop.example>",
                "Sent: Tuesday, May 12, 2026 10:15",
                "To: Ana",
                "Subject: Order",
                "---------- Forwarded message ---------",
                "-----Original Message-----",
                "Sent from my iPhone",
                "________________________________",
            ]
        ),
        max_size=14,
    )
)
def test_any_mixture_of_marks(lines: list[str]) -> None:
    text = "\n".join(lines)
    result = fold_quotes(text, "")
    assert sorted(result.visible_text + result.quoted_text) == sorted(text)
    assert result.visible_text.strip(" >\n") or not result.quoted_text


def is_subsequence(part: str, whole: str) -> bool:
    characters = iter(whole)
    return all(character in characters for character in part)
