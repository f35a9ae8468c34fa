"""A module a page or resource; each has a blueprint."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Let the application answer at every address."""
    from webapp.routes import (
        about,
        api,
        batch,
        collections,
        compare,
        explanations,
        genres,
        learning,
        media,
        report,
        results,
        search,
        share,
        static_files,
    )
    from webapp.routes import map as poster_map

    answers = (results, explanations, report, share, compare, batch, collections)
    catalogue = (about, genres, learning, poster_map, search)
    for module in (*answers, *catalogue, api, media, static_files):
        app.register_blueprint(module.blueprint)
