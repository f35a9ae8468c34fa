"""What a refusal is: a 4xx and one sentence that says what to do, and nothing half-written."""

from typing import Any

API = "/api/v1/recommendations"
READINGS = "/api/v1/readings"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def is_one_sentence(text: str) -> bool:
    return 10 < len(text) < 250 and text.endswith(".") and "Traceback" not in text


def refused(response: Any, *statuses: int) -> str:
    assert response.status_code in statuses, response.text
    sentence = response.get_json()["error"]
    assert response.get_json()["detail"] == sentence
    assert is_one_sentence(sentence), sentence
    return str(sentence)
