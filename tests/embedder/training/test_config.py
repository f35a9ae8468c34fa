import pytest

from embedder.training.config import TrainingConfig


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"batch": 1},
        {"early_scale": 0.0},
        {"average": 1.0},
        {"promise": 0},
        {"look": 0},
        {"threads": -1},
    ],
)
def test_impossible_configs_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        TrainingConfig(**wrong)  # type: ignore[arg-type]
