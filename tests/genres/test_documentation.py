import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import genres

MODULES = [module.name for module in pkgutil.iter_modules(genres.__path__, "genres.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_metric_has_an_example():
    module = importlib.import_module("genres.metrics")
    examples = {test.name for test in doctest.DocTestFinder().find(module) if test.examples}
    functions = {
        f"genres.metrics.{name}"
        for name, value in vars(module).items()
        if callable(value) and value.__module__ == module.__name__ and name[0].islower()
    }
    assert functions
    assert functions <= examples


def test_importing_the_room_does_not_import_scikit_learn():
    code = (
        "import sys, genres, genres.calibration, genres.metrics, genres.thresholds\n"
        "sys.exit(bool({'sklearn', 'scipy', 'torch'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
    )
