"""What a browser is shown under an address that nobody knows, and what a program is told."""

import re
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from parley.app.build import build_app
from parley.app.describe import _bare_runtime
from parley.app.routes import ROUTES
from parley.app.slices import SLICES
from parley.kit.http.webfiles import part_folder

ROUTER = Path(__file__).parents[2] / "web/desk/src/app/router.tsx"
PAGES = sorted(
    set(re.findall(r'getParentRoute: \(\) => desk,\s*path: "([^"]+)"', ROUTER.read_text(encoding="utf-8")))
)
BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def app() -> Litestar:
    """The whole application; what is asked for here needs no database."""
    return build_app(_bare_runtime(), SLICES, extra_routes=ROUTES)


@pytest.fixture
def client(app: Litestar) -> httpx.AsyncClient:
    """Somebody who asks."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk.test")  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/nonsense", "/inbx/1", "/settings-of-mine", "/.well-known/x"])
async def test_a_browser_is_shown_the_desk(client: httpx.AsyncClient, path: str) -> None:
    shown = await client.get(path, headers=BROWSER)
    assert shown.status_code == 404
    assert shown.headers["content-type"].startswith("text/html")
    assert shown.content == (part_folder("desk") / "index.html").read_bytes()
    assert "script-src 'self'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/api/v1/nonsense", "/assets/none.js", "/hooks", "/widget/nonsense"])
async def test_addresses_of_programs_answer_with_a_problem(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_programs_get_a_problem_everywhere(client: httpx.AsyncClient) -> None:
    for answer in (await client.get("/nonsense"), await client.post("/nonsense", headers=BROWSER)):
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_of_the_desk_has_an_address(client: httpx.AsyncClient, path: str) -> None:
    shown = await client.get(path.replace("$", ""), headers=BROWSER)
    assert shown.status_code == 200, path
    assert shown.headers["content-type"].startswith("text/html")
