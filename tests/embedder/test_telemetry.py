"""Nothing is reported to ONNX Runtime's maker."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from pathlib import Path
from embedder import Embedder
from PIL import Image
Embedder.load(Path(__import__("sys").argv[1])).read([Image.new("RGB", (64, 96), "red")])
"""
FOR_TESTS = {"CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "TF_BUILD"}
"""What would keep it quiet here and not where people run it."""


def test_reading_a_poster_leaves_no_mark_of_the_machine(tmp_path: Path, tiny_model: Path) -> None:
    """Reports begin with a number of this machine, written into its user's folder."""
    kept = {name: value for name, value in os.environ.items() if name not in FOR_TESTS}
    (tmp_path / "tmp").mkdir()
    own = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path / "tmp"), "XDG_CACHE_HOME": ""}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tiny_model)],
        cwd=ROOT,
        env=kept | own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
