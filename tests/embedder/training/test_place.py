import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from embedder.training.config import TrainingConfig
from embedder.training.data import Example
from embedder.training.place import TrainingPlace, cpu_autocast, training_place

ROOT = Path(__file__).resolve().parents[3]

# What each process runs: training as it is, with its objective and its writes kept for the test.
PROGRAM = """
import json, os, sys
from pathlib import Path
import torch
from embedder.training import learner, loop
from embedder.training.config import TrainingConfig
from embedder.training.data import Example

job, rank = json.loads(Path(sys.argv[1]).read_text()), os.environ["RANK"]
here, run = Path(sys.argv[1]).parent, Path(job["run"])
objectives, written = [], []

class Kept(learner.Objective):
    def __init__(self, *args):
        super().__init__(*args)
        objectives.append(self)

def hook(event, args):
    changes = event in ("os.rename", "os.remove") or (event == "open" and args[2] & os.O_ACCMODE)
    if changes and str(run) in str(args[0]):
        written.append(str(args[0]))

learner.Objective = Kept
sys.addaudithook(hook)
examples = [Example(**{**e, "path": Path(e["path"]), "genres": tuple(e["genres"])})
            for e in job["examples"]]
loop.train(examples, run, TrainingConfig(**job["config"]), device="cpu")
result = {"state": objectives[0].state_dict(), "written": written}
torch.save(result, here / f"rank{rank}.pt")
"""


def test_alone_a_process_is_the_first() -> None:
    with training_place("cpu") as place:
        assert place.first
        assert place.ranks == 1
        assert place.device.type == "cpu"
        assert place.agreed(True)
        assert not place.agreed(False)


def test_devices_that_are_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown device"), training_place("abacus"):
        pass
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="no GPU"), training_place("cuda"):
            pass


@pytest.mark.parametrize("bf16", [True, False])
def test_autocast_follows_the_device(bf16: bool) -> None:
    with TrainingPlace(torch.device("cpu"), bf16).autocast():
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if bf16 else torch.float32)


@pytest.mark.parametrize(
    ("capabilities", "lower"),
    [
        ({"avx2": True}, False),
        ({"avx512_bf16": True}, True),
        ({"bf16": True}, True),
        ({"avx512_bf16": True, "amx_bf16": True}, False),
    ],
)
def test_a_processor_computes_in_bfloat16_where_that_is_right(
    capabilities: dict[str, bool], lower: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    with cpu_autocast():
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if lower else torch.float32)


@pytest.mark.slow
def test_two_processes_train_one_network_and_write_once(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    run, job = tmp_path / "run", tmp_path / "job.json"
    config = replace(tiny, batch=4, accumulate=2, dropout=0.2)
    facts = [asdict(e) | {"path": str(e.path)} for e in examples]
    job.write_text(json.dumps({"run": str(run), "config": asdict(config), "examples": facts}))
    (tmp_path / "program.py").write_text(PROGRAM)
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [sys.executable, *launch, str(tmp_path / "program.py"), str(job)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = (torch.load(tmp_path / f"rank{rank}.pt", weights_only=True) for rank in (0, 1))
    assert first["state"].keys() == second["state"].keys()
    assert "criterion.promise.proxies" in first["state"]
    for name, value in first["state"].items():
        assert torch.equal(value, second["state"][name]), name
    assert any("history" in path for path in first["written"])
    assert second["written"] == []
    assert len((run / "history.csv").read_text().splitlines()) == 1 + config.epochs
    saved = torch.load(run / "last.pt", weights_only=True)
    assert torch.equal(
        saved["criterion"]["promise.proxies"], first["state"]["criterion.promise.proxies"]
    )
