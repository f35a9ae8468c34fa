"""What the bandit learned, for people and programs, and the simulator beneath it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from webapp import learning_figures as figures
from webapp import ratings, resources
from webapp.assets import url as asset
from webapp.dashboard import Dashboard, Overlaps, dashboard, overlaps
from webapp.instance import Instance, current
from webapp.json_forms import bandit_json
from webapp.learning import summary
from webapp.simulator import RANGES, RUNS, Scenario, curves, simulation_json
from webapp.translation import locale

blueprint = Blueprint("learning", __name__)


@blueprint.get("/learning")
def page() -> Response:
    """Asked again by the page itself every few seconds: where nothing changed, 304 and no work."""
    instance, scenario = current(), Scenario.asked(request.args)
    version = instance.feedback.version()
    response = make_response()
    agreement = overlaps(instance)
    model = instance.embedder().fingerprint
    response.set_etag(_tag(version, model, str(agreement), str(locale())))
    response.headers["Cache-Control"] = "no-cache"
    if response.make_conditional(request).status_code != 304:
        response.set_data(_page(instance, version, agreement, scenario))
    return response


def _page(instance: Instance, version: str, agreement: Overlaps | None, scenario: Scenario) -> str:
    seen = dashboard(instance, version)
    return render_template(
        "learning/page.html",
        state=seen.state,
        says=summary(seen.state),
        seen=seen,
        plots=_plots(seen),
        overlaps=agreement,
        decay=getattr(seen.state.policy, "decay", None),
        **_simulator(scenario),
    )


@blueprint.get("/learning.json")
def as_json() -> Response:
    """The same numbers, as GET /api/v1/bandit."""
    return jsonify(bandit_json(current().recommender.bandit()))


@blueprint.get("/learning/simulator")
def simulator() -> Response:
    """The simulator on a page of its own: where its form leads without JavaScript."""
    page = render_template("learning/simulated.html", **_simulator(Scenario.asked(request.args)))
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/api/v1/bandit/simulation")
def simulation() -> Response:
    return jsonify(simulation_json(Scenario.asked(request.args)))


@blueprint.get("/learning/ratings.csv")
def ratings_csv() -> Response:
    return _download(ratings.as_csv(current().feedback), "text/csv")


@blueprint.get("/learning/ratings.json")
def ratings_json() -> Response:
    return _download(ratings.as_json(current().feedback), "application/json")


def _tag(*facts: str) -> str:
    """Of all that the page is made of: the record, the model, the language and the templates."""
    whole = "|".join((*facts, asset("learning.css"), _templates()))
    return hashlib.sha256(whole.encode()).hexdigest()


@lru_cache(maxsize=1)
def _templates() -> str:
    digest = hashlib.sha256()
    for path in sorted(resources("templates").rglob("*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _plots(seen: Dashboard) -> dict[str, Any] | None:
    """None before the first rating."""
    if not seen.points:
        return None
    return {
        "values": figures.values(seen.points),
        "picks": figures.picks(seen.groups),
        "epsilon": figures.epsilon(seen.points, seen.state.policy),
        "rewards": figures.rewards(seen.points),
    }


def _simulator(scenario: Scenario) -> dict[str, Any]:
    found = curves(scenario)
    return {
        "scenario": scenario,
        "ranges": RANGES,
        "runs": RUNS,
        "curves": found,
        "regrets": figures.regrets(scenario, found),
    }


def _download(lines: Any, kind: str) -> Response:
    response = Response(lines, mimetype=kind)
    name = f"onesheet-{url_for(request.endpoint or '').rpartition('/')[2]}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store"
    return response
