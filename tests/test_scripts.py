"""What checks the browser's scripts is the same everywhere, and nothing slips past it."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))


def test_the_checkers_are_pinned_and_no_host_is_named() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"[0-9.]+", version)
        assert lock[f"node_modules/{name}"]["version"] == version
    assert not [name for name, package in lock.items() if "resolved" in package]


def test_every_script_is_checked_strictly_and_whole() -> None:
    settings = json.loads((ROOT / "tsconfig.json").read_text(encoding="utf-8"))
    assert "static/**/*.js" in settings["include"]
    assert settings["compilerOptions"]["checkJs"]
    assert settings["compilerOptions"]["strict"]
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@ts-|biome-ignore|\{any\}|<any>|\bany\[\]", text), path.name
