"""axe-core, the accessibility checker, from the npm registry; never part of this repository."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.absence import absent

if TYPE_CHECKING:
    from playwright.sync_api import Page

VERSION = "4.11.0"
MEMBER = "package/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def source() -> str:
    """The script, kept in the user's cache folder; without it the test skips, or fails where
    continuous integration promised it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "onesheet-tests"
    kept = cache / f"axe-core-{VERSION}.js"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(_fetched())
        part.replace(kept)
    return kept.read_text(encoding="utf-8")


def _fetched() -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        absent("the browser tests need npm, to fetch axe-core (apt-get install npm)")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", folder]
        try:
            subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            absent(f"the browser tests need axe-core, which npm cannot fetch: {error}")
        (package,) = Path(folder).glob("*.tgz")
        with tarfile.open(package) as archive:
            script = archive.extractfile(MEMBER)
            assert script is not None
            return script.read()


def violations(page: "Page", script: str) -> list[str]:
    """What axe finds on the page as it stands: rule, the elements, and what to do."""
    page.evaluate(script)
    found: list[dict[str, Any]] = page.evaluate(
        "tags => axe.run({ runOnly: tags, resultTypes: ['violations'] })"
        ".then(({ violations }) => violations)",
        list(TAGS),
    )
    return [
        f"{each['id']}: {node['html'][:200]} - {' '.join(node['failureSummary'].split())[:300]}"
        for each in found
        for node in each["nodes"]
    ]


def in_both_schemes(page: "Page", script: str, own: str = "light") -> list[str]:
    """The same in light and in dark, at last in the page's `own`; nothing moves between them, so
    that no colour is half-way."""
    found = []
    for scheme in ("dark", "light") if own == "light" else ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {each}" for each in violations(page, script)]
    page.emulate_media(reduced_motion="no-preference")
    return found
