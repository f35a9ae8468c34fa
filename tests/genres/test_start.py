import subprocess
import sys
from pathlib import Path


def test_importing_the_room_does_not_import_scikit_learn() -> None:
    code = (
        "import sys, genres, genres.calibration, genres.metrics, genres.thresholds\n"
        "sys.exit(bool({'sklearn', 'scipy', 'torch'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
    )
