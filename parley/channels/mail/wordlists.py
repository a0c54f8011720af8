"""Words that mail programs write in the languages of their users."""
# ruff: noqa: RUF001


def word_set(text: str) -> frozenset[str]:
    """Make a set of the words in a text."""
    return frozenset(text.split())


# A subject of these alone says nothing about the matter.
GENERIC_SUBJECT_WORDS = word_set(
    """
    a about an and another bestellung bestellnummer bonjour ciao collection comanda commande compra
    consulta contact contato contacto customer da das de del delivery der des di die domanda du dúvida
    duvida e encomenda entrega enquiry entschuldigung form formulaire formular formulario formulário
    frage from für guten hallo hello help hey hi hilfe hola i information informação información
    inquiry is it item izdelek kontakt lieferung livraison message mensagem mensaje moin my naročilo
    need nachricht new no nova number numero número o objet oi olá ola om order ordine pedido please
    por pozdravljeni pregunta pro problem problema problemi produkt produto prošnja query question
    request retoure return ritorno salut se service shipping sobre sporočilo support tag the tracking
    un una update urgent vprašanje website zadeva živjo é 问题 你好 您好 咨询 订单 订单问题 请问 帮助
    無題 件名なし お問い合わせ 注文 注文について 質問 문의 문의드립니다 문의합니다 안녕하세요 주문
    주문문의 배송문의 질문 مرحبا سؤال طلب استفسار السلام عليكم
    """
)

# What the lines of a quoted header block are called. Compared without spaces, in lower case.
_LABELS = {
    "from": """
    from de von da od van från fra lähettäjä nadawca отправитель от відправник від kimden gönderen από
    מאת من المرسل šalje pošiljatelj expéditeur remetente remitente mittente absender feladó odesílatel
    expeditor từ dari จาก 发件人 發件人 寄件者 寄件人 差出人 送信元 送信者 보낸사람 보내는사람
    보낸이 발신자 발신
    """,
    "date": """
    date sent data fecha datum dato gesendet enviado enviada enviadoem enviadael enviadoel enviadaem
    envoyé envoyéle inviato inviata poslano poslato skickat sendt verzonden wysłano wysłane küldve dátum
    дата отправлено надіслано tarih gönderildi gönderilme ημερομηνία στάλθηκε תאריך נשלח تاريخ التاريخ
    أرسلت تاريخالإرسال đãgửi ngày tanggal วันที่ lähetetty päivämäärä odesláno 发送时间 发件时间
    发送日期 日期 時間 时间 寄件日期 傳送時間 傳送日期 日時 送信日時 送信 日付 날짜 보낸날짜 보낸시간
    작성일
    """,
    "to": """
    to para an à a za do prima aan till til naar komu vastaanottaja кому kime alıcı προς אל إلى đến
    kepada ถึง destinatario destinatário empfänger destinataire prejemnik címzett 收件人 收件者 宛先
    받는사람 받는이 수신자 수신
    """,
    "cc": """
    cc kopie copia cópia kopio kopia kp копия копія másolat bilgi κοιν עותק نسخة 抄送 副本 참조
    """,
    "subject": """
    subject assunto asunto betreff objet oggetto zadeva predmet onderwerp ämne emne aihe temat tárgy тема
    konu θέμα נושא الموضوع موضوع předmět chủđề subjek เรื่อง sujet titel 主题 主旨 主題 件名 標題 标题
    제목
    """,
    "other": """
    replyto reply-to importance attachments anexos adjuntos anlagen bcc cco prioridade priority
    wichtigkeit
    """,
}
HEADER_LABELS = {label: field for field, labels in _LABELS.items() for label in labels.split()}

FORWARD_MARKERS = (
    "forwarded message", "forwarded email", "mensagem encaminhada", "mensagem reencaminhada",
    "mensaje reenviado", "weitergeleitete nachricht", "weitergeleiteten nachricht", "message transféré",
    "message réexpédié", "messaggio inoltrato", "posredovano sporočilo", "posredovanega sporočila",
    "doorgestuurd bericht", "vidarebefordrat", "videresendt", "videresendte", "przekazana wiadomość",
    "přeposlaná zpráva", "proslijeđena poruka", "továbbított", "iletilen", "пересылаемое сообщение",
    "пересланное", "переслане", "προωθημένο", "הודעה שהועברה", "رسالة معاد توجيهها",
    "الرسالة المعاد توجيهها", "chuyển tiếp", "转发的邮件", "转发邮件", "轉寄的郵件", "轉寄郵件",
    "轉寄訊息", "転送メッセージ", "転送された", "전달된 메시지", "전달된 메일", "전달 메시지",
    "전달메일",
)  # fmt: skip

ORIGINAL_MARKERS = (
    "original message", "mensagem original", "mensaje original", "ursprüngliche nachricht",
    "originalnachricht", "message d'origine", "message d’origine", "message original",
    "messaggio originale", "izvirno sporočilo", "prvotno sporočilo", "oorspronkelijk bericht",
    "originalmeddelande", "opprinnelig melding", "oprindelig meddelelse", "alkuperäinen viesti",
    "wiadomość oryginalna", "původní zpráva", "izvorna poruka", "eredeti üzenet", "orijinal ileti",
    "исходное сообщение", "оригинальное сообщение", "αρχικό μήνυμα", "ההודעה המקורית", "الرسالة الأصلية",
    "原始邮件", "原始郵件", "原邮件", "元のメッセージ", "원본 메시지", "원본 메일", "원본메일",
)  # fmt: skip

# How the line begins or ends that names the device a mail was written on: "Enviado do meu iPhone".
SENT_BEGINNINGS = (
    "sent from", "sent via", "sent with", "sent using", "sent by", "get outlook", "enviado do",
    "enviado da", "enviado de", "enviado a partir", "enviado pelo", "enviado por", "enviado com",
    "enviado con", "enviado via", "enviada do", "obter o outlook", "obtener outlook", "obtén outlook",
    "gesendet von", "gesendet mit", "diese nachricht wurde von", "outlook für", "envoyé de",
    "envoyé depuis", "envoyé avec", "envoyé à partir", "télécharger outlook", "obtenir outlook",
    "inviato da", "inviato con", "scarica outlook", "poslano iz", "poslano z ", "poslano s ",
    "prenesite outlook", "pridobite outlook", "verzonden vanaf", "verstuurd vanaf", "skickat från",
    "sendt fra", "lähetetty", "wysłane z", "wysłano z", "odesláno z", "отправлено с", "отправлено из",
    "נשלח מ", "أرسلت من", "أُرسلت من", "تم الإرسال من", "发自", "發自", "来自", "從我的",
)  # fmt: skip
SENT_ENDINGS = (
    "gesendet", "versendet", "beziehen", "gönderildi", "から送信", "から送信されました", "で送信",
    "傳送", "发送", "에서 보냄", "에서 전송", "에서 보낸 메일", "에서 보냈습니다", "보냄",
)  # fmt: skip
SENDING_PROGRAMS = (
    "iphone", "ipad", "android", "galaxy", "samsung", "outlook", "windows", "proton", "yahoo",
    "blackberry", "huawei", "xiaomi", "redmi", "gmail", "k-9", "mail.ru", "aol", "thunderbird",
    "bluemail", "spark", "网易", "qq", "手机", "naver", "네이버", "smartphone", "telefon", "mobile",
    "zte", "motorola", "pixel",
)  # fmt: skip

# One month in two lines.
_MONTH_NAMES = """
jan january januar janeiro enero ene janvier janv gennaio
gen januari styczeń stycznia leden ledna يناير янв января
feb february februar fevereiro fev febrero février févr
febbraio februari luty lutego únor února فبراير фев февраля
mar march märz mrz março marzo mars marec
marca maart marzec března březen مارس мар марта
apr april abril abr avril avr aprile
kwiecień kwietnia duben dubna أبريل апр апреля
may mai maio mayo maggio mag maj
mei maja květen května مايو мая май
jun june juni junho junio juin giugno giu
junij czerwiec czerwca červen června يونيو июн июня
jul july juli julho julio juillet juil luglio
lug julij lipiec lipca červenec července يوليو июл июля
aug august agosto ago août agosto avgust avg
augustus augusti sierpień sierpnia srpen srpna أغسطس авг августа
sep sept september setembro set septiembre septembre
settembre wrzesień września září سبتمبر сен сентября
oct october oktober okt outubro out octubre octobre
ottobre ott października říjen října أكتوبر окт октября
nov november novembro noviembre novembre
listopad listopada нояб ноября نوفمبر
dec december dez dezember dezembro dic diciembre décembre
déc dicembre grudzień grudnia prosinec prosince ديسمبر дек декабря
"""
MONTHS = {
    name: 1 + line // 2
    for line, names in enumerate(_MONTH_NAMES.strip().splitlines())
    for name in names.split()
}

# Weak signs only: how programs begin the subject of an answer that nobody wrote.
AUTOMATIC_SUBJECTS = (
    "automatic reply", "auto reply", "autoreply", "auto-reply", "auto:", "out of office", "out of the office",
    "vacation reply", "resposta automática", "fora do escritório", "ausência temporária",
    "respuesta automática", "fuera de la oficina", "automatische antwort", "abwesenheitsnotiz", "abwesenheit",
    "réponse automatique", "absence du bureau", "absent du bureau", "risposta automatica", "fuori sede",
    "samodejni odgovor", "odsotnost", "avtomatski odgovor", "automatisch antwoord", "autosvar",
    "automaattinen vastaus", "odpowiedź automatyczna", "automatická odpověď", "automatikus válasz",
    "otomatik yanıt", "автоответ", "автоматический ответ", "αυτόματη απάντηση", "רד אוטומטי", "رد تلقائي",
    "自动回复", "自動回覆", "自動応答", "不在通知", "자동 회신", "부재중", "자동응답",
)  # fmt: skip
NO_REPLY_NAMES = (
    "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply",
    "dontreply", "nao-responda", "naoresponda", "nao_responda", "no-responder", "noresponder",
    "no-responda", "ne-pas-repondre", "nepasrepondre", "nicht-antworten", "nichtantworten", "non-rispondere",
    "nonrispondere", "ne-odgovarjaj",
)  # fmt: skip
