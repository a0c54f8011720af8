"""Return labels of the demo carrier: drawn, kept once per key, and the way of the parcels that bear them."""

import unicodedata
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

import msgspec
import segno
from PIL import Image, ImageDraw, ImageFont

from parley.commerce.connectors.demo_carrier import PREFIX
from parley.commerce.model import Address, Label, ShipmentStatus, Tracking, TrackingEvent
from parley.kit.db import Transaction

if TYPE_CHECKING:
    from parley.app.demo.office_store import Office

CARRIER = "Alder Express"
COST = 450
# Four by six inches at 150 dots.
SIZE = (600, 900)
# What becomes of a return without anybody's doing, in hours from the label.
WAY: tuple[tuple[int, ShipmentStatus, str], ...] = (
    (0, "label_created", "Label made"),
    (20, "in_transit", "Handed in at a parcel shop"),
    (44, "in_transit", "On its way back"),
    (68, "out_for_delivery", "Out for delivery"),
    (72, "delivered", "Delivered to the shop"),
)
PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "œ": "oe"}
)


class LabelBody(msgspec.Struct, forbid_unknown_fields=True):
    """A label that is wanted, and the key under which it is made once."""

    key: str
    sender: Address
    recipient: Address
    grams: int


class KeptLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A label in the books."""

    number: str
    made_at: datetime
    label: Label
    voided: bool = False


async def buy_label(office: "Office", wanted: LabelBody) -> Label:
    """Makes a label, once per key."""
    async with office.runtime.ctx(office.workspace_id) as ctx:
        await ctx.tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 15))", wanted.key)
        known = await _kept(office, ctx.tx, wanted.key)
        if known is not None:
            return known.label
        number = f"{PREFIX}9{int.from_bytes(sha256(wanted.key.encode()).digest()[:6]) % 10**13:013d}"
        label = Label(
            external_id=wanted.key,
            number=number,
            carrier=CARRIER,
            data=draw_label(wanted, number),
            type="image/png",
            cost=COST,
            currency="EUR",
        )
        await office.keep(ctx, "label", wanted.key, KeptLabel(number=number, made_at=ctx.now, label=label))
        return label


async def find_label(office: "Office", key: str) -> Label | None:
    """Gives the label of a key."""
    async with office.runtime.db.transaction(office.workspace_id) as tx:
        known = await _kept(office, tx, key)
    return known.label if known is not None and not known.voided else None


async def void_label(office: "Office", key: str) -> bool:
    """Takes a label back while its parcel has not been handed in."""
    async with office.runtime.ctx(office.workspace_id) as ctx:
        known = await _kept(office, ctx.tx, key)
        if known is None:
            return False
        if not known.voided and ctx.now - known.made_at >= timedelta(hours=WAY[1][0]):
            return False
        await office.keep(ctx, "label", key, msgspec.structs.replace(known, voided=True))
        return True


async def track_label(office: "Office", number: str) -> Tracking | None:
    """Gives the way of a parcel that bears a return label."""
    async with office.runtime.db.transaction(office.workspace_id) as tx:
        found = await tx.fetchval(
            "SELECT data FROM demo_records WHERE workspace_id = $1 AND kind = 'label' AND data ->> 'number' = $2",
            office.workspace_id,
            number,
        )
    if not found:
        return None
    known = msgspec.convert(found, KeptLabel)
    return show_way(known, office.runtime.clock.now())


def show_way(known: KeptLabel, now: datetime) -> Tracking:
    """Gives what has happened to a parcel up to now."""
    last = "cancelled" if known.voided else None
    events = [
        TrackingEvent(at=known.made_at + timedelta(hours=hours), status=status, code=status, text=text)
        for hours, status, text in WAY[: 1 if known.voided else len(WAY)]
        if known.made_at + timedelta(hours=hours) <= now
    ]
    done = events[-1].status == "delivered"
    return Tracking(
        number=known.number,
        carrier=CARRIER,
        status=last or events[-1].status,  # type: ignore[arg-type]
        events=events,
        estimated_at=known.made_at + timedelta(hours=WAY[-1][0]),
        delivered_at=events[-1].at if done else None,
    )


def draw_label(wanted: LabelBody, number: str) -> bytes:
    """Draws a label as a PNG; it says that no carrier takes it."""
    picture = Image.new("L", SIZE, 255)
    pen = ImageDraw.Draw(picture)
    small, plain, large = (ImageFont.load_default(size=size) for size in (20, 26, 38))
    pen.rectangle((8, 8, SIZE[0] - 9, SIZE[1] - 9), outline=0, width=3)
    pen.text((30, 28), CARRIER.upper(), font=large, fill=0)
    pen.text((30, 78), "RETURN  -  sample, no carrier takes it", font=small, fill=0)
    pen.line((8, 116, SIZE[0] - 9, 116), fill=0, width=3)
    _write(pen, 132, "From", wanted.sender, small, small)
    pen.line((8, 322, SIZE[0] - 9, 322), fill=0, width=2)
    _write(pen, 338, "To", wanted.recipient, small, plain)
    pen.line((8, 560, SIZE[0] - 9, 560), fill=0, width=3)
    code = segno.make(number, error="m", micro=False)
    size = len(code.matrix)
    dots = Image.new("L", (size, size), 255)
    for y, row in enumerate(code.matrix):
        for x, dark in enumerate(row):
            if dark:
                dots.putpixel((x, y), 0)
    side = dots.width * 8
    picture.paste(dots.resize((side, side), Image.Resampling.NEAREST), (30, 590))
    pen.text((60 + side, 600), f"{wanted.grams / 1000:.1f} kg", font=large, fill=0)
    pen.text((30, 830), number, font=large, fill=0)
    stream = BytesIO()
    picture.convert("1").save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _write(pen: Any, top: int, head: str, who: Address, small: Any, font: Any) -> None:
    pen.text((30, top), head, font=small, fill=0)
    place = " ".join(filter(None, [who.postcode, who.city, who.region]))
    lines = [who.name, who.company, who.line1, who.line2, place, who.country]
    for at, line in enumerate(filter(None, (_plain(line) for line in lines))):
        pen.text((110, top + at * int(font.size * 1.25)), line[:36], font=font, fill=0)


def _plain(text: str) -> str:
    """Gives a text in the letters that the label's typeface has."""
    parted = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return parted.encode("ascii", "ignore").decode().strip()


async def _kept(office: "Office", tx: Transaction, key: str) -> KeptLabel | None:
    found = await office.record(tx, "label", key)
    return msgspec.convert(found, KeptLabel) if found else None
