"""Who may come in, and what may change: by the password, by a program's key, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Flask, abort, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.security import check_password_hash

from onesheet.base.settings import Settings
from onesheet.base.texts import marked
from onesheet.storage.api_keys import PREFIX, Scope
from webapp.current import current
from webapp.http.rate_limits import CHANGES, KINDS, count_wrong_password, refuse_guessing
from webapp.http.security import SAFE_METHODS
from webapp.http.visitor import from_this_machine
from webapp.text.translation import gettext as _

NOT_ANSWERED = marked("This server asks for its password; any name will do.")
NO_SUCH_KEY = marked("That key is unknown here, or was revoked; ask who runs this server for one.")
OUT_OF_SCOPE = marked("This key may not do that; its scopes are: %(scopes)s.")
NOT_FOR_STRANGERS = marked(
    "This is told to programs of this machine, and to who sends the password or a key."
)
ONLY_SHOWN = marked("Nothing can be asked or rated here: this server only shows what it has.")
PASSWORD_HEADER = "X-Onesheet-Password"  # noqa: S105 - a header's name
KEY_HEADER = "X-Onesheet-Key"
FOR_PROBES = frozenset({"api.healthz", "api.readyz"})
DELETING = frozenset({"api.delete_upload", "results.delete"})
ASKED = WWWAuthenticate("basic", {"realm": "Onesheet", "charset": "UTF-8"})
TAKING_SEVERAL = frozenset({"batch.ask_batch", "compare.upload_drafts"})
"""What takes a larger body than others, and says so itself: nothing of it is read before."""
CHANGES_NOTHING = frozenset({"collections.export", "batch.batch_csv"})
"""What is sent by POST for its length alone."""
HASHED = ("scrypt:", "pbkdf2:")
"""How a password begins that is set as werkzeug's hash of it."""


class PasswordCheck:
    """Whether a password is the one set. A hash is slow by design, so a right one is remembered,
    as a digest under a key that only this process has."""

    def __init__(self, password: str) -> None:
        self._password, self._key = password, secrets.token_bytes(32)
        self._right: bytes | None = None if password.startswith(HASHED) else self._digest(password)

    def __call__(self, said: str) -> bool:
        digest = self._digest(said)
        if self._right is not None:
            return hmac.compare_digest(digest, self._right)
        if check_password_hash(self._password, said):
            self._right = digest
            return True
        return False

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()


class Doorkeeper:
    """Lets in who has a program's key, for its scopes, and others as the settings say."""

    def __init__(self, settings: Settings) -> None:
        self._right = PasswordCheck(settings.password) if settings.password else None
        self._read_only = settings.read_only

    def __call__(self) -> None:
        """Before each request. Raises Unauthorized, Forbidden and TooManyError."""
        if request.endpoint in FOR_PROBES:
            return
        said = secret_sent()
        if said is not None and (KEY_HEADER in request.headers or said.startswith(PREFIX)):
            admit_by_key(said)
            return
        if self._right is not None:
            self._refuse_strangers(self._right, said)
        changes = request.method not in SAFE_METHODS and request.endpoint not in CHANGES_NOTHING
        if self._read_only and changes:
            abort(403, _(ONLY_SHOWN))

    def _refuse_strangers(self, right: PasswordCheck, said: str | None) -> None:
        if said is not None:
            refuse_guessing()
            if right(said):
                return
            count_wrong_password()
        raise Unauthorized(_(NOT_ANSWERED), www_authenticate=ASKED)


def init_app(app: Flask) -> None:
    """Ask for the password where one is set, and look at the keys that programs send."""
    app.before_request(Doorkeeper(app.extensions["onesheet"].home.settings))


def refuse_strangers() -> None:
    """Raises Forbidden for who comes from elsewhere and was let in without password or key, unless
    the figures are public."""
    settings = current().home.settings
    known = settings.password is not None or g.get("api_key") is not None
    if not (settings.public_metrics or known or from_this_machine()):
        abort(403, _(NOT_FOR_STRANGERS))


def secret_sent() -> str | None:
    """The password or the key of whoever asks: by a header of its own, or as HTTP's basic
    authentication under any name."""
    for name in (KEY_HEADER, PASSWORD_HEADER):
        if (said := request.headers.get(name)) is not None:
            return said
    basic = request.authorization
    return basic.password if basic is not None and basic.type == "basic" else None


def admit_by_key(said: str) -> None:
    """Raises Unauthorized for a key that is none, and Forbidden for what it may not do."""
    refuse_guessing()
    found = current().api_keys.find(said)
    if found is None:
        count_wrong_password()
        raise Unauthorized(_(NO_SUCH_KEY), www_authenticate=ASKED)
    if scope_needed() not in found.scopes:
        abort(403, _(OUT_OF_SCOPE, scopes=", ".join(sorted(found.scopes))))
    g.api_key = found.name


def scope_needed() -> Scope:
    """What a key must be good for, to do what is asked."""
    if request.method in SAFE_METHODS or request.endpoint in CHANGES_NOTHING:
        return Scope.READ
    if request.endpoint in DELETING | TAKING_SEVERAL:
        return Scope.UPLOAD
    if KINDS.get(request.endpoint or "") == CHANGES:
        return Scope.RATE
    return Scope.UPLOAD if request.files else Scope.SEARCH
