"""The whole API with made-up requests, after its own description and against it: a clear answer, never a 500."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok

from parley.app.describe import build_openapi
from parley.kit.postgres import EmbeddedPostgres
from tests.robust.laboratory import Laboratory, complain, open_laboratory
from tests.robust.operations import name_ids

SCHEMA = schemathesis.openapi.from_dict(build_openapi())
DESCRIBED: dict[str, Any] = {
    f"{found.method.upper()} {found.path}": found
    for found in (result.ok() for result in SCHEMA.get_all_operations() if isinstance(result, Ok))
}
CONFORMS = [CHECKS.get_one("response_schema_conformance"), CHECKS.get_one("content_type_conformance")]
TIMES: st.SearchStrategy[Any] = st.integers(0, 3)
QUIET = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
async def laboratory(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Laboratory]:
    """A full workspace where every try is undone."""
    async with open_laboratory(postgres, tmp_path_factory.mktemp("fuzz")) as made:
        yield made


def every_operation(test: Callable[..., Any]) -> Any:
    """Repeats a test for each operation, with requests that fit its description and with some that do not."""
    cases = [
        pytest.param(name, mode, id=f"{name}-{'fitting' if mode.is_positive else 'unfitting'}")
        for mode in GenerationMode
        for name in sorted(DESCRIBED)
        if mode.is_positive or may_be_unfit(name)
    ]
    return pytest.mark.parametrize(("name", "mode"), cases)(test)


def may_be_unfit(name: str) -> bool:
    """Says whether an operation takes anything that could be against its description; a text in a path is any text."""
    found = DESCRIBED[name].definition.raw
    return "requestBody" in found or any(
        one["in"] != "path" or one["schema"].keys() - {"type", "title", "description"}
        for one in found.get("parameters", ())
    )


def test_nearly_everything_may_be_unfit() -> None:
    takes_nothing = {name for name in DESCRIBED if not may_be_unfit(name)}
    assert len(takes_nothing) < 12, takes_nothing


async def send(laboratory: Laboratory, case: "Case[Any]") -> httpx.Response:
    """Sends what was made up, as the owner."""
    made = case.as_transport_kwargs(base_url="http://desk.test")
    names = ("method", "url", "params", "json", "data", "files", "content")
    wanted = {name: made[name] for name in names if made.get(name)}
    if "files" in wanted:
        parts = [(name, part[0], part[1]) for name, part in wanted["files"]]
        wanted["files"] = [(n, (f, v if isinstance(v, bytes) else str(v).encode())) for n, f, v in parts]
    if isinstance(wanted.get("data"), str | bytes):
        wanted["content"] = wanted.pop("data")
    headers = {n: v for n, v in (made.get("headers") or {}).items() if n.lower() == "content-type"}
    request = laboratory.owner.build_request(**wanted, headers=headers)
    request.read()
    return await laboratory.owner.send(request)


async def try_out(laboratory: Laboratory, name: str, mode: GenerationMode, data: st.DataObject) -> None:
    """Makes a request up and looks at the answer; in three of four the path names what is there."""
    operation = DESCRIBED[name]
    ids = name_ids(operation.path, laboratory.place.ids)
    wanted = [parameter.name for parameter in operation.path_parameters]
    real = {name: ids[name] for name in wanted} if wanted and data.draw(TIMES) else None
    case = data.draw(operation.as_strategy(mode, path_parameters=real))
    async with laboratory.undone():
        answer = await send(laboratory, case)
    wrong = complain(answer)
    assert wrong is None, f"{case.as_curl_command()}: {wrong}"
    # Where nothing is sent there is nothing to compare.
    if answer.content:
        case.validate_response(answer, checks=CONFORMS)


@every_operation
@settings(QUIET, max_examples=4, derandomize=True)
@given(data=st.data())
async def test_made_up_requests(
    laboratory: Laboratory, name: str, mode: GenerationMode, data: st.DataObject
) -> None:
    await try_out(laboratory, name, mode, data)


@pytest.mark.soak
@every_operation
@settings(QUIET, max_examples=150, print_blob=True)
@given(data=st.data())
async def test_many_made_up_requests(
    laboratory: Laboratory, name: str, mode: GenerationMode, data: st.DataObject
) -> None:
    await try_out(laboratory, name, mode, data)
