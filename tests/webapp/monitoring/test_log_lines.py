"""What log lines say, and what they leave out."""

import io
import json
import logging
from logging.config import dictConfig

import pytest
from flask import Flask, g

from webapp.monitoring.log_lines import (
    MINUTE,
    MOST_ALIKE,
    JSONLines,
    RequestNumber,
    TextLines,
    Throttle,
    configuration,
)


def logger(
    formatter: logging.Formatter, *filters: logging.Filter
) -> tuple[logging.Logger, io.StringIO]:
    """A logger of its own, and what it writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    for each in (RequestNumber(), *filters):
        handler.addFilter(each)
    found = logging.Logger("webapp")
    found.addHandler(handler)
    return found, written


def test_a_line_of_json_has_its_moment_its_request_and_its_trace() -> None:
    log, written = logger(JSONLines())
    with Flask(__name__).test_request_context():
        g.request_number = "ab12"
        try:
            raise ZeroDivisionError("of what")
        except ZeroDivisionError as error:
            log.error("incident %s", "7", exc_info=error)
    log.warning("two\nlines")
    first, second = map(json.loads, written.getvalue().splitlines())
    assert (first["level"], first["message"], first["request"]) == ("error", "incident 7", "ab12")
    assert "ZeroDivisionError: of what" in first["trace"]
    assert first["at"].endswith("+00:00")
    assert "request" not in second
    assert second["message"] == "two\nlines"


def test_a_line_of_text_has_its_moment_and_its_request() -> None:
    log, written = logger(TextLines())
    with Flask(__name__).test_request_context():
        g.request_number = "ab12"
        log.error("not ready: %s", "no index")
    assert written.getvalue().endswith("+00:00 ERROR [ab12] not ready: no index\n")


def test_a_flood_of_one_kind_is_cut_and_counted() -> None:
    now = [0.0]
    log, written = logger(TextLines(), Throttle(lambda: now[0]))
    for number in range(MOST_ALIKE + 30):
        log.error("limits are not counted: %s", number)
    log.error("another kind")
    assert len(written.getvalue().splitlines()) == MOST_ALIKE + 1
    now[0] = MINUTE
    log.error("limits are not counted: %s", "again")
    assert "(30 more like this were left out)" in written.getvalue().splitlines()[-1]


def test_lines_that_come_with_their_values_in_them_are_one_kind_a_place() -> None:
    kind = pytest.importorskip("gunicorn.glogging").Logger
    server = kind.__new__(kind)  # without the handlers that it would give the whole process
    server.error_log, written = logger(TextLines(), Throttle(lambda: 0.0))
    for number in range(MOST_ALIKE + 30):
        server.warning(f"Invalid request from ip=203.0.113.{number}: {number!r}")
    assert len(written.getvalue().splitlines()) == MOST_ALIKE
    server.warning("Worker (pid:%s) was sent %s!", 7, "SIGABRT")
    server.error_log.error("another place")
    assert len(written.getvalue().splitlines()) == MOST_ALIKE + 2


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("Invalid request from ip=203.0.113.5: nonsense", "203.0.113.5"),
        ("Invalid request from ip=2001:db8::7: nonsense", "2001:db8::7"),
        ("[Errno 28] No space left on device: 'uploads/kZ3-abcdEFGH12_x.jpg'", "kZ3-abcdEFGH12_x"),
        ("GET /r/kZ3-abcdEFGH12_x failed", "kZ3-abcdEFGH12_x"),
    ],
)
def test_no_line_tells_of_a_visitor(said: str, secret: str) -> None:
    for formatter in (TextLines(), JSONLines()):
        log, written = logger(formatter)
        log.error(said)
        assert secret not in written.getvalue()
        assert said.partition(secret)[2] in written.getvalue()


def test_gunicorns_lines_are_ours_too(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("", "gunicorn.error", "onesheet", "webapp")
    before = {
        name: (logging.getLogger(name).level, logging.getLogger(name).handlers[:]) for name in names
    }
    try:
        dictConfig(configuration(as_json=True))
        logging.getLogger("gunicorn.error").warning("a worker ended")
        said = json.loads(capsys.readouterr().err)
        assert (said["logger"], said["message"]) == ("gunicorn.error", "a worker ended")
    finally:
        for name, (level, handlers) in before.items():
            logging.getLogger(name).setLevel(level)
            logging.getLogger(name).handlers[:] = handlers
