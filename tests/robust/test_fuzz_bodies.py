"""Made-up bodies where files and forms are taken: a clear answer, never a 500, and nothing kept of what was refused."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote_plus

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.kit.postgres import EmbeddedPostgres
from tests.robust.intake import SECRET, Intake, open_intake
from tests.robust.laboratory import complain
from tests.robust.world import PICTURE, changed, snapshot

# Litestar's `parse_multipart_form` closes the files it has begun when the form itself is broken, but not when a later
# part names a charset that there is not or that its bytes are not in: the garbage collector closes them.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"),
]
QUIET = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
NAMES = [
    b"file",
    b"name",
    b"email",
    b"message",
    b"fields",
    b"body-mime",
    b"consent",
    b"language",
    b"\xff\xfe",
    b"",
]
FILENAMES = [
    b"a.txt",
    b"a.png",
    b"../../etc/passwd",
    b"a\x00.svg",
    b"\xff\xfe.html",
    b"x" * 3000,
    b"",
    "\u202egnp.exe".encode(),
    b'a"b.txt',
]
TYPES = [
    b"text/plain",
    b"image/png",
    b"text/html",
    b"image/svg+xml",
    b"\xff",
    b"",
    b"application/x-msdownload",
]
CONTENTS = st.one_of(
    st.binary(max_size=300),
    st.sampled_from(
        [
            b"zoe@customer.example",
            b"Zoe",
            PICTURE,
            PICTURE[:40],
            b"GIF89a" + b"\xff" * 40,
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"\x00" * 5000,
            b"From: a@b.example\r\nSubject: x\r\n\r\nx",
        ]
    ),
)
SPOILERS = st.sampled_from([b"--xyz", b"--xyz--", b"\r\n\r\n", b"\x00", b"\xff", b"\r", b"Content-Type: "])
KINDS = [
    "multipart/form-data; boundary=xyz",
    "multipart/form-data; boundary=other",
    'multipart/form-data; boundary="xyz"; charset=utf-16',
    "multipart/form-data",
    "multipart/mixed; boundary=xyz",
    "application/x-www-form-urlencoded",
    "application/json",
    "text/plain",
    "",
]


@pytest.fixture(scope="module")
async def intake(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Intake]:
    """A full workspace where every try is undone, with a hook and a form."""
    async with open_intake(postgres, tmp_path_factory.mktemp("bodies")) as made:
        yield made


@st.composite
def parts(draw: st.DrawFn) -> bytes:
    """Makes one part of a form up."""
    head = b'Content-Disposition: form-data; name="' + draw(st.sampled_from(NAMES)) + b'"'
    if draw(st.booleans()):
        head += b'; filename="' + draw(st.sampled_from(FILENAMES)) + b'"'
        head += b"\r\nContent-Type: " + draw(st.sampled_from(TYPES))
    return b"--xyz\r\n" + head + b"\r\n\r\n" + draw(CONTENTS) + b"\r\n"


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Makes a body up: a form with parts, now and then spoilt, or anything."""
    way = draw(st.integers(0, 5))
    if way == 0:
        return draw(st.binary(max_size=500))
    if way == 1:
        fields = draw(st.dictionaries(st.sampled_from(NAMES), CONTENTS, max_size=5))
        return b"&".join(quote_plus(k).encode() + b"=" + quote_plus(v).encode() for k, v in fields.items())
    if way == 2:
        values = st.text(max_size=40) | st.integers() | st.none() | st.lists(st.text(max_size=5), max_size=2)
        names = st.sampled_from([name.decode("latin-1") for name in NAMES])
        return msgspec.json.encode(draw(st.dictionaries(names, values, max_size=6)))
    raw = b"".join(draw(st.lists(parts(), max_size=5))) + b"--xyz--\r\n"
    if way == 3:
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(SPOILERS) + raw[at + draw(st.integers(0, 30)) :]
    return raw


async def send(intake: Intake, door: str, body: bytes, kind: str) -> Any:
    """Sends a body to where files or forms are taken."""
    place = intake.place
    headers = {"Content-Type": kind} if kind else {}
    if door == "files":
        return await intake.laboratory.owner.post("/api/v1/files", content=body, headers=headers)
    if door == "widget":
        headers["Authorization"] = f"Bearer {place.visitor}"
        return await place.client().post("/widget/api/files", content=body, headers=headers)
    if door == "form":
        return await place.client().post(f"/forms/{intake.form}", content=body, headers=headers)
    return await place.client().post(
        f"/hooks/{intake.hook}", content=body, headers={**headers, "X-Parley-Secret": SECRET}
    )


async def try_body(intake: Intake, door: str, body: bytes, kind: str) -> None:
    """What is refused leaves nothing behind; what is taken can be fetched or read, and runs nothing."""
    async with intake.laboratory.undone():
        before = await snapshot(intake.place)
        answer = await send(intake, door, body, kind)
        shown = door == "form" and answer.headers.get("content-type", "").startswith("text/html")
        assert answer.status_code < 500, answer.text
        assert shown or complain(answer) is None, complain(answer)
        if door in ("files", "widget") and answer.status_code == 201:
            fetched = await intake.place.client().get(answer.json()["url"])
            assert fetched.status_code == 200
            assert fetched.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in fetched.headers["content-security-policy"]
        elif answer.status_code in (200, 201, 303) and not shown:
            await intake.check(1)
        else:
            assert changed(before, await snapshot(intake.place)) == []


BODIES = given(
    door=st.sampled_from(["files", "widget", "form", "hook"]),
    body=bodies(),
    kind=st.sampled_from([*KINDS[:1] * 6, *KINDS]),
)


@settings(QUIET, max_examples=80, derandomize=True)
@BODIES
async def test_made_up_bodies(intake: Intake, door: str, body: bytes, kind: str) -> None:
    await try_body(intake, door, body, kind)


@pytest.mark.soak
@settings(QUIET, max_examples=3000, print_blob=True)
@BODIES
async def test_many_made_up_bodies(intake: Intake, door: str, body: bytes, kind: str) -> None:
    await try_body(intake, door, body, kind)


async def test_the_doors_open_for_what_is_good(intake: Intake) -> None:
    """What is made up would prove nothing if everything were refused."""
    form = b"".join(
        b'--xyz\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in ((b"name", b"Zoe"), (b"email", b"zoe@customer.example"), (b"message", b"Hello"))
    )
    upload = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + PICTURE
    good = {
        "files": (upload + b"\r\n--xyz--\r\n", 201),
        "widget": (upload + b"\r\n--xyz--\r\n", 201),
        "form": (form + b"--xyz--\r\n", 303),
        "hook": (b"From: a@b.example\r\nSubject: x\r\n\r\nx", 200),
    }
    for door, (body, status) in good.items():
        async with intake.laboratory.undone():
            answer = await send(intake, door, body, "message/rfc822" if door == "hook" else KINDS[0])
            assert answer.status_code == status, (door, answer.text)
            await intake.check(1 if door in ("form", "hook") else 0)
