"""Pages of the demo store's mailbox below `/demo/mail`."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.response import Redirect

from parley.app.demo import shop
from parley.app.demo.mailbox import Mailbox
from parley.app.demo.routes import BASE, go, open_visit, read_form, show, show_missing

type_request = Request[Any, Any, Any]
PATH = f"{BASE}/mail"


def _mailbox(request: type_request) -> Mailbox:
    found: Mailbox = request.app.state.runtime.parts["demo_mailbox"]
    return found


@get("/")
async def mails_page(request: type_request) -> Response[str]:
    """Lists what has arrived."""
    visit = open_visit(request)
    mails = await _mailbox(request).list_mails()
    return show(shop.render(visit.page(), "mailbox.html", "/mail", alone=True, mails=mails, base=PATH))


@get("/{mail_id:uuid}")
async def mail_page(request: type_request, mail_id: UUID, answered: bool = False) -> Response[str]:
    """Shows a mail with the form to answer it."""
    visit = open_visit(request)
    mail = await _mailbox(request).find_mail(mail_id)
    if mail is None:
        return show_missing(visit)
    return show(
        shop.render(visit.page(), "mail.html", "/mail", alone=True, mail=mail, base=PATH, answered=answered)
    )


@post("/{mail_id:uuid}")
async def answer_mail(request: type_request, mail_id: UUID) -> Response[str] | Redirect:
    """Answers a mail as its recipient."""
    form = await read_form(request)
    mailbox = _mailbox(request)
    mail = await mailbox.find_mail(mail_id)
    text = form.get("text", "").strip()[:20_000]
    if mail is None:
        return show_missing(open_visit(request))
    if text:
        await mailbox.answer(mail, text)
    return go(f"{PATH}/{mail_id}?answered={'true' if text else 'false'}")


mail_router = Router(
    path=PATH,
    route_handlers=[mails_page, mail_page, answer_mail],
    include_in_schema=False,
    opt={"lang": "en"},
)
