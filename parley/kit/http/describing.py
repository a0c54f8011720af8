"""What the description of the API says of every operation beyond what the framework sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar.openapi.spec import Example, Operation, Parameter, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

KEY = Parameter(
    name="Idempotency-Key",
    param_in="header",
    required=False,
    description="Made by the caller. A request repeated with the same key gives the first answer and acts once.",
    schema=Schema(type=OpenAPIType.STRING, min_length=1, max_length=200),
)


def describe_operation(
    base: type[Operation], *, keyed: bool, public: bool, examples: Mapping[str, Any] | None = None
) -> type[Operation]:
    """Gives a kind of operation that names the idempotency key, says who may call it, and shows bodies to copy."""

    def fill(operation: Any) -> None:
        before = getattr(base, "__post_init__", None)
        if before is not None:
            before(operation)
        if keyed:
            operation.parameters = [*(operation.parameters or []), KEY]
        if public:
            operation.security = [{}]
        if examples and isinstance(operation.request_body, RequestBody):
            for content in operation.request_body.content.values():
                content.examples = {name: Example(value=value) for name, value in examples.items()}

    return dataclass(type("DescribedOperation", (base,), {"__post_init__": fill}))
