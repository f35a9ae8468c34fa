"""The one orchestration: a poster in, a recorded recommendation out."""

from __future__ import annotations

from webapp.answers import Answer, QueryView, Result

__all__ = ["Answer", "QueryView", "Result"]
