"""Calls to EasyPost, with its errors read."""

import base64
from typing import Any

from parley.commerce.connectors.easypost.settings import EasyPostSettings, build_base_url
from parley.commerce.ports import Link
from parley.kit.failures import Misconfigured, Refused
from parley.kit.outbound import OutboundResponse

READ = (400, 401, 402, 403, 404, 422)


class EasyPostRefused(Refused):
    """EasyPost said no; `code` is its own, `status` that of HTTP."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"EasyPost: {text[:200]} ({code})" if code else f"EasyPost: {text[:200]}")
        self.status = status
        self.code = code


async def call(
    link: Link,
    settings: EasyPostSettings,
    method: str,
    path: str,
    *,
    params: dict[str, str] | None = None,
    json: Any = None,
) -> Any:
    """Gives the JSON of an answer below 400.

    Raises EasyPostRefused with EasyPost's reason, Misconfigured for a wrong key, Retry as the client does.
    """
    pair = base64.b64encode(f"{settings.api_key}:".encode()).decode()
    answer = await link.http.request(
        method,
        f"{build_base_url(settings)}/{path}",
        params=params,
        headers={"authorization": f"Basic {pair}", "accept": "application/json"},
        json=json,
        accept=READ,
    )
    if answer.status < 400:
        return answer.json()
    code, text = _read_error(answer)
    if answer.status in (401, 403):
        raise Misconfigured("api_key", f"EasyPost does not accept the API key: {text[:200]}")
    raise EasyPostRefused(answer.status, code, text)


def _read_error(answer: OutboundResponse) -> tuple[str, str]:
    try:
        error = answer.json()["error"]
        return str(error.get("code", "")), str(error.get("message", ""))
    except (Refused, KeyError, TypeError, AttributeError):
        return "", f"the server answered {answer.status}"
