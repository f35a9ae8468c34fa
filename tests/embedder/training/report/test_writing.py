from types import SimpleNamespace


def test_a_finished_run_shows_unseen_posters_and_their_neighbours(
    trained: SimpleNamespace,
) -> None:
    html = (trained.run / "report.html").read_text(encoding="utf-8")
    tests = [e for e in trained.examples if e.split == "test"]
    assert html.count('src="data:image/jpeg;base64,') == len(tests) * 6
    assert all(f"Poster of {e.title}" in html for e in tests)
    assert html.count("<polyline") == 9
