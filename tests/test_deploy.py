"""The examples of deploy/, read by the programs they are for where those are installed."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from onesheet.base import settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "onesheet.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
KNOWN = {value for value in vars(settings).values() if isinstance(value, str)} | {"ONESHEET_HOME"}


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def test_every_setting_named_exists() -> None:
    said = "".join(path.read_text(encoding="utf-8") for path in DEPLOY.iterdir())
    assert set(re.findall(r"ONESHEET_[A-Z_]+", said)) <= KNOWN


def free_port() -> int:
    """One that nginx, which tries it, may have."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@needs("systemd-analyze")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    (tmp_path / "onesheet.service").write_text(UNIT, encoding="utf-8")
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "onesheet.service")],
        capture_output=True,
        text=True,
    )
    assert not [line for line in run.stderr.splitlines() if "onesheet.service" in line], run.stderr


@needs("nginx")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    site = re.sub(r"\n *ssl_certificate.*", "", site).replace("443 ssl", f"127.0.0.1:{free_port()}")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ {site} }}",
        encoding="utf-8",
    )
    command = ["nginx", "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@needs("caddy")
def test_caddy_takes_its_file() -> None:
    command = ["caddy", "adapt", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_container_runs_as_nobody_special_and_is_asked_whether_it_lives() -> None:
    last = CONTAINER.rpartition("FROM ")[2]
    assert re.search(r"^USER onesheet$", last, re.M)
    assert re.search(r"^VOLUME /instance$", last, re.M)
    assert "/healthz" in last
    assert re.search(r"^CMD \[", last, re.M)


def test_nothing_but_the_source_is_copied_into_an_image() -> None:
    def names(path: str) -> set[str]:
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        return {line.removeprefix("**/").rstrip("/") for line in lines if line[:1] not in ("", "#")}

    assert names(".gitignore") <= names(".dockerignore")
    assert ".git" in names(".dockerignore")
