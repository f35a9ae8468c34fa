"""What the bandit learned, for people and programs, and the simulator beneath it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from bandit import STRETCH
from index import IndexFolderError
from onesheet.learning import ratings_export
from onesheet.learning.dashboard import Dashboard, Overlaps, overlaps
from onesheet.learning.simulator import RANGES, RUNS, Scenario, curves
from webapp.current import current
from webapp.figures import learning_charts
from webapp.http.assets import asset_url
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.presenting.bandit_serializers import bandit_answer, simulation_answer
from webapp.presenting.learning_sentences import reason, summary
from webapp.resources import resources
from webapp.text.translation import locale

blueprint = Blueprint("learning", __name__)


@blueprint.get("/learning")
def learning_page() -> Response:
    """Asked again by the page itself every few seconds: where nothing changed, 304, and no page is
    made. To see that, a small record is counted each time; of a large one see KeptCounts."""
    instance, scenario, agreement = current(), Scenario.from_fields(request.args), None
    response = make_response()
    with suppress(IndexFolderError):
        agreement = overlaps(instance.index())
    model = instance.embedder().fingerprint
    dashboard, home = instance.dashboards.read(model), instance.home
    settings = str((home.bandit, home.settings.read_only, home.settings.keep_days))
    tag = _tag(dashboard.made_of, model, settings, str(agreement), str(locale()))
    response.set_etag(tag, weak=True)  # packed and plain alike
    ask_anew(response)
    if response.make_conditional(request).status_code != 304:
        response.set_data(_learning_page(dashboard, agreement, scenario))
    return response


def _learning_page(dashboard: Dashboard, agreement: Overlaps | None, scenario: Scenario) -> str:
    return render_template(
        "learning/page.html",
        state=dashboard.state,
        reason=reason,
        says=summary(dashboard.state),
        dashboard=dashboard,
        stretch=STRETCH,
        plots=_plots(dashboard),
        overlaps=agreement,
        thumbs=dashboard.thumbs,
        decay=getattr(dashboard.state.policy, "decay", None),
        **_simulator(scenario),
    )


@blueprint.get("/learning.json")
def learning_json() -> Response:
    """The same numbers, as GET /api/v1/bandit."""
    return jsonify(bandit_answer(current().recommender.bandit()))


@blueprint.get("/learning/simulator")
def simulator() -> Response:
    """The simulator on a page of its own: where its form leads without JavaScript."""
    page = render_template(
        "learning/simulated.html", **_simulator(Scenario.from_fields(request.args))
    )
    return ask_anew(page)


@blueprint.get("/api/v1/bandit/simulation")
def simulation() -> Response:
    return jsonify(simulation_answer(Scenario.from_fields(request.args)))


@blueprint.get("/learning/ratings.csv")
def ratings_csv() -> Response:
    return _download(ratings_export.as_csv(current().feedback, current().thumbs), "text/csv")


@blueprint.get("/learning/ratings.json")
def ratings_json() -> Response:
    lines = ratings_export.as_json(current().feedback, current().thumbs)
    return _download(lines, "application/json")


def _tag(*facts: str) -> str:
    """Of all that the page is made of: the record, the model, how the bandit chooses, what can be
    asked, the films, the language and the templates."""
    whole = "|".join((*facts, asset_url("learning.css"), _templates()))
    return hashlib.sha256(whole.encode()).hexdigest()


@lru_cache(maxsize=1)
def _templates() -> str:
    digest = hashlib.sha256()
    for path in sorted(resources("templates").rglob("*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _plots(dashboard: Dashboard) -> dict[str, Any] | None:
    """None before the first rating."""
    if not dashboard.points:
        return None
    return {
        "values": learning_charts.values(dashboard.points),
        "picks": learning_charts.picks(dashboard.groups),
        "epsilon": learning_charts.epsilon(dashboard.points, dashboard.state.policy),
        "rewards": learning_charts.rewards(dashboard.points),
    }


def _simulator(scenario: Scenario) -> dict[str, Any]:
    found = curves(scenario)
    return {
        "scenario": scenario,
        "ranges": RANGES,
        "runs": RUNS,
        "curves": found,
        "regrets": learning_charts.regrets(scenario, found),
    }


def _download(lines: Any, kind: str) -> Response:
    response = Response(lines, mimetype=kind)
    name = f"onesheet-{url_for(request.endpoint or '').rpartition('/')[2]}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return keep_nothing(response)
