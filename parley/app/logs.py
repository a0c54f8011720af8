"""Structured logs without personal data: one line per event, JSON for machines, text for a terminal."""

import logging
import sys
from typing import Any

import structlog

from parley.kit.masking import mask_for_log


def mask_event(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """Takes addresses, numbers and tokens out of every value."""
    return {
        key: value if key in ("level", "timestamp") else mask_for_log(value) for key, value in event.items()
    }


def _is_ours(record: logging.LogRecord) -> bool:
    return "Invalid UTF-8 sequence received" not in record.getMessage()


def set_up_logs(level: str, form: str) -> None:
    """Sets up logging for the process; libraries speak through the same pipe from `warning` on."""
    number = getattr(logging, level.upper())
    as_json = form == "json" or (form == "auto" and not sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_event,
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # What strangers send is their business: the socket is closed, nobody here has to look.
    logging.getLogger("uvicorn.error").addFilter(_is_ours)
    # pgqueuer logs every retry with its traceback; the job itself tells in one line.
    logging.getLogger("pgqueuer").setLevel(logging.ERROR)
