"""Log lines: when, how bad, which request, what; as text or as JSON, few of one kind a minute, and
nothing of who asked."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context

MOST_ALIKE = 20
"""Lines of one kind in a minute; those after them are counted and left out."""
MINUTE = 60.0
MOST_KINDS = 500
"""Kinds of lines that are counted; beyond, counting begins anew."""
PERSONAL = (
    (re.compile(r"\bip=[0-9a-fA-F.:%]+?(?=:? |$)"), "ip=..."),
    (re.compile(r"(?<=/r/)[\w-]{8,64}|(?<=uploads/)[\w-]{8,64}"), "..."),
)
"""What tells of a visitor, and what stands for it: addresses in gunicorn's lines of nonsense,
and the ids of answers, by which whoever has them opens these."""


class RequestNumber(logging.Filter):
    """Gives each line the number of the request in hand, which the answer has in `X-Request-Id`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = g.get("request_number") if has_request_context() else None
        return True


class Throttle(logging.Filter):
    """Lets a minute's first `MOST_ALIKE` lines of a kind through. A kind is what the program says,
    whatever values stand in it; of a line that came with its values in it already, as gunicorn's of
    nonsense do, the place that says it, which is one for all of gunicorn's. The first of a later
    minute tells how many were left out.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock, self._lock = clock, threading.Lock()
        self._counted: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said = str(record.msg) if record.args else f"{record.pathname}:{record.lineno}"
        kind, now = (record.name, said), self._clock()
        with self._lock:
            if len(self._counted) > MOST_KINDS:
                self._counted.clear()
            began, count = self._counted.get(kind, (now, 0))
            record.left_out = 0
            if now - began >= MINUTE:
                record.left_out = max(0, count - MOST_ALIKE)
                began, count = now, 0
            self._counted[kind] = began, count + 1
        return count < MOST_ALIKE


class TextLines(logging.Formatter):
    """A line for people; a failure's trace follows it."""

    def format(self, record: logging.LogRecord) -> str:
        number = getattr(record, "request", None)
        left_out = getattr(record, "left_out", 0)
        parts = (
            _moment(record),
            record.levelname,
            f"[{number}]" if number else "",
            record.getMessage(),
            f"({left_out} more like this were left out)" if left_out else "",
        )
        line = " ".join(filter(None, parts))
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return impersonal(line)


class JSONLines(logging.Formatter):
    """A line of JSON each."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": impersonal(record.getMessage()),
            "process": record.process,
        }
        if number := getattr(record, "request", None):
            said["request"] = number
        if left_out := getattr(record, "left_out", 0):
            said["left_out"] = left_out
        if record.exc_info:
            said["trace"] = impersonal(self.formatException(record.exc_info))
        return json.dumps(said)


def configuration(as_json: bool) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything to standard error, gunicorn's lines too."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": RequestNumber}, "throttle": {"()": Throttle}},
        "formatters": {"line": {"()": JSONLines if as_json else TextLines}},
        "handlers": {
            "standard_error": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["request", "throttle"],
            }
        },
        "root": {"level": "WARNING", "handlers": ["standard_error"]},
        "loggers": {
            "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
            "onesheet": {"level": "INFO"},
            "webapp": {"level": "INFO"},
        },
    }


def impersonal(text: str) -> str:
    """The text without what tells of a visitor."""
    for pattern, instead in PERSONAL:
        text = pattern.sub(instead, text)
    return text


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
