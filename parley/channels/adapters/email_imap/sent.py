"""The folder for sent mail: found by its mark (RFC 6154), else by its name, else made."""

from datetime import datetime, timedelta

from imap_tools import BaseMailBox, FolderInfo

from parley.channels.adapters.email_imap.dates import imap_day

# As mail programs call it; the part behind the last separator, in lower case.
_NAMES = (
    "sent, sent items, sent messages, sent mail, sent-mail, gesendet, gesendete objekte, gesendete elemente, envoyés, "
    "éléments envoyés, messages envoyés, enviados, elementos enviados, itens enviados, mensagens enviadas, inviati, "
    "inviata, posta inviata, verzonden, verzonden items, verzonden berichten, skickat, skickade, sendt, sendte, "
    "lähetetyt, wysłane, odeslané, odoslané, poslano, poslana pošta, elküldött, trimise, отправленные, надіслані, "
    "已发送, 已发送邮件, 已傳送, 寄件備份, 送信済み, 送信済みアイテム, 보낸편지함, 보낸 편지함"
)
NAMES = tuple(_NAMES.split(", "))
NEW = "Sent"
MARGIN = timedelta(days=2)
"""The server's day may not be ours."""


def choose_sent_folder(folders: list[FolderInfo]) -> str | None:
    """Chooses the folder that is marked as the one for sent mail, else one whose name says so; None without either."""
    open_ones = [one for one in folders if not _has(one, "\\noselect") and not _has(one, "\\nonexistent")]
    for one in open_ones:
        if _has(one, "\\sent"):
            return str(one.name)
    by_name = {_last_part(one): str(one.name) for one in reversed(open_ones)}
    return next((by_name[name] for name in NAMES if name in by_name), None)


def name_sent_folder(folders: list[FolderInfo]) -> str:
    """Names a folder to be made; some servers want every folder below the inbox."""
    others = [one for one in folders if str(one.name).upper() != "INBOX"]
    delimiter = next((one.delim for one in folders if one.delim and one.delim != "NIL"), "")
    below = f"INBOX{delimiter}"
    if delimiter and others and all(str(one.name).upper().startswith(below) for one in others):
        return below + NEW
    return NEW


def open_sent_folder(box: BaseMailBox, wanted: str) -> str:
    """Opens the folder for sent mail, making one where there is none, and gives its name."""
    name: str | None = wanted.strip()
    if not name:
        folders = box.folder.list()
        name = choose_sent_folder(folders)
        if name is None:
            name = name_sent_folder(folders)
            box.folder.create(name)
            box.folder.subscribe(name, True)
    box.folder.set(name)
    return name


def keep_sent(box: BaseMailBox, wanted: str, data: bytes, message_id: str, at: datetime) -> bool:
    """Puts a mail that has left into the folder for sent mail, as read; False when it is there already."""
    folder = open_sent_folder(box, wanted)
    # The criteria are ours but for the id, which may hold neither quotes nor line ends.
    quoted = "".join(char for char in message_id if char.isprintable() and char not in '"\\')
    if box.uids(f'SINCE {imap_day(at - MARGIN)} HEADER Message-ID "<{quoted}>"', charset="UTF-8"):
        return False
    box.append(data, folder, dt=at, flag_set=[r"\Seen"])
    return True


def _has(folder: FolderInfo, flag: str) -> bool:
    return flag in (one.lower() for one in folder.flags)


def _last_part(folder: FolderInfo) -> str:
    name = str(folder.name)
    return (name.rpartition(folder.delim)[2] if folder.delim else name).strip().lower()
