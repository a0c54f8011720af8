"""What must hold for everything the library returns."""

from typing import Any

import msgspec

from parley.channels.mail.models import Attachment, ParsedMail


def check_clean(value: Any) -> None:
    """No NUL, no surrogate, UTF-8 encodable, in every text of a value."""
    if isinstance(value, str):
        assert "\0" not in value
        value.encode("utf-8")
    elif isinstance(value, tuple | list | frozenset | set):
        for item in value:
            check_clean(item)
    elif isinstance(value, dict):
        check_clean(list(value.items()))
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            check_clean(getattr(value, field))


def check_mail(mail: ParsedMail) -> None:
    """A parsed mail can be stored, shown and answered."""
    check_clean(mail)
    assert msgspec.json.encode(mail)
    assert mail.message_id
    assert not set("<> \n") & set(mail.message_id)
    assert "\n" not in mail.subject
    assert len(mail.message_id) <= 500
    if mail.date is not None:
        assert mail.date.utcoffset() is not None
        assert mail.date_offset is not None
    for address in (*mail.from_, *mail.to, *mail.cc, *mail.bcc, *mail.reply_to):
        assert "@" in address.address
        assert "\n" not in address.name + address.address
    for file in mail.attachments:
        check_file(file)


def check_file(file: Attachment) -> None:
    """A file name that can be written anywhere."""
    assert file.name
    assert not set('/\\\n\r\t<>:"|?*') & set(file.name)
    assert file.name not in {".", ".."}
    assert len(file.name.encode()) <= 255
