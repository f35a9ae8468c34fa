from flask import Flask, Response

from onesheet.base.settings import Settings
from onesheet.uploads.ownership import digest
from webapp.http.uploader_cookie import (
    COOKIE,
    FORMER_COOKIE,
    SECURE_COOKIE,
    bearer,
    remember,
    visitors_digests,
    visitors_key,
)


def cookie_set(app: Flask, key: str, address: str = "http://localhost", days: float = 2) -> str:
    with app.test_request_context("/", base_url=address):
        response = Response()
        remember(response, key, Settings(keep_days=days))
    return response.headers["Set-Cookie"]


def test_a_browser_keeps_the_key_it_was_given_and_a_new_one_gets_one(app: Flask) -> None:
    sent = cookie_set(app, "mine").partition(";")[0]
    with app.test_request_context("/", headers={"Cookie": sent}):
        assert visitors_key() == "mine"
        assert visitors_digests() == {digest("mine")}
    with app.test_request_context("/"):
        assert visitors_digests() == frozenset()
        assert visitors_key() != visitors_key()


def test_a_key_that_the_server_did_not_sign_is_none(app: Flask) -> None:
    signed = cookie_set(app, "mine").partition(";")[0].partition("=")[2]
    for forged in ("mine", "", signed[:-1], signed.replace("mine", "yours"), f"{signed}x"):
        with app.test_request_context("/", headers={"Cookie": f"{COOKIE}={forged}"}):
            assert visitors_digests() == frozenset()
            assert visitors_key() not in ("mine", "yours", forged)


def test_a_former_key_still_deletes_but_is_given_to_nothing_new(app: Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": f"{FORMER_COOKIE}=old"}):
        assert visitors_digests() == {digest("old")}
        assert visitors_key() != "old"


def test_the_cookie_outlasts_whatever_time_uploads_are_promised(app: Flask) -> None:
    plain = cookie_set(app, "mine").split("; ")
    assert plain[0].startswith(f"{COOKIE}=mine.")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(plain)
    assert "Secure" not in plain
    for days, kept in ((0, 365), (2, 365), (400, 400)):
        sent = cookie_set(app, "mine", days=days).split("; ")
        assert f"Max-Age={kept * 86_400}" in sent


def test_behind_https_no_neighbour_can_set_the_cookie(app: Flask) -> None:
    secure = cookie_set(app, "mine", "https://localhost").split("; ")
    assert secure[0].startswith(f"{SECURE_COOKIE}=mine.")
    assert {"HttpOnly", "Secure", "Path=/"} <= set(secure)
    assert not any(part.startswith("Domain") for part in secure)
    assert SECURE_COOKIE.startswith("__Host-")


def test_programs_send_their_key_as_a_bearer_token_alone(app: Flask) -> None:
    for header, owner in (
        ("Bearer mine", digest("mine")),
        ("Basic bWluZTptaW5l", None),
        ("Bearer ", None),
    ):
        with app.test_request_context("/", headers={"Authorization": header}):
            assert bearer() == owner
    with app.test_request_context("/"):
        assert bearer() is None
