from benchmarks.instruments.reporting import ANOTHER_MODEL, model_note
from embedder.card import packaged_fingerprint


def test_a_model_other_than_the_packaged_one_is_told() -> None:
    assert model_note(packaged_fingerprint()) == []
    assert model_note("65465bcaae48") == [ANOTHER_MODEL]
