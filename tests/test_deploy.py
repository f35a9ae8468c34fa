"""The examples of deploy/, read by the programs they are for where those are installed."""

import re
import shutil
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from benchmarks.scale.proxy import as_installed
from onesheet.base import settings
from onesheet.base.home import DATABASE_VARIABLE, HOME_VARIABLE
from webapp.http.rate_limits import CHANGES, KINDS, UPLOADS
from webapp.http.security import MOST_BODY_OF_SEVERAL

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "onesheet.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
SEVERAL = DEPLOY / "several-machines"
KNOWN = {value for value in vars(settings).values() if isinstance(value, str)} | {
    HOME_VARIABLE,
    DATABASE_VARIABLE,
}


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def test_every_setting_named_exists() -> None:
    files = [path for path in DEPLOY.rglob("*") if path.is_file()]
    said = "".join(path.read_text(encoding="utf-8") for path in files)
    assert set(re.findall(r"ONESHEET_[A-Z_]+", said)) <= KNOWN


def free_port() -> int:
    """One that nginx, which tries it, may have."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@needs("systemd-analyze")
@pytest.mark.parametrize("several", [False, True])
def test_systemd_takes_the_unit(tmp_path: Path, several: bool) -> None:
    (tmp_path / "onesheet.service").write_text(UNIT, encoding="utf-8")
    added = tmp_path / "onesheet.service.d"
    if several:
        added.mkdir()
        shutil.copy(SEVERAL / "machine.conf", added)
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "onesheet.service")],
        capture_output=True,
        text=True,
    )
    named = ("onesheet.service", "machine.conf")
    told = [line for line in run.stderr.splitlines() if any(name in line for name in named)]
    assert not told, run.stderr


@needs("systemd-analyze")
def test_the_unit_lets_processes_give_way() -> None:
    """Else the system ends those that make contact sheets, or copies of the index."""
    allowed: set[str] = set()

    def calls(name: str) -> set[str]:
        if not name.startswith("@"):
            return {name}
        command = ["systemd-analyze", "syscall-filter", name]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        words = [line.strip() for line in run.stdout.splitlines()[1:]]
        return set().union(*(calls(word) for word in words if word and word[0] != "#"))

    for line in re.findall(r"^SystemCallFilter=(.+)$", UNIT, re.M):
        named = set().union(*(calls(name) for name in line.lstrip("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
    assert {"execve", "setpriority"} <= allowed
    assert not {"sched_setscheduler", "mount", "chroot"} & allowed
    assert "\nOOMPolicy=continue\n" in UNIT


@needs("nginx")
def test_nginx_takes_its_file(tmp_path: Path) -> None:
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    site = re.sub(r"\n *ssl_certificate.*", "", site)
    command = ["nginx", "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    for _ in range(3):
        there = site.replace("443 ssl", f"127.0.0.1:{free_port()}")
        (tmp_path / "nginx.conf").write_text(
            f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ {there} }}",
            encoding="utf-8",
        )
        run = subprocess.run(command, capture_output=True, text=True)
        if "Address already in use" not in run.stderr:
            break
    assert run.returncode == 0, run.stderr


@needs("caddy")
@pytest.mark.parametrize(("folder", "dialled"), [(DEPLOY, 1), (SEVERAL, 3)])
def test_caddy_takes_its_file(
    folder: Path, dialled: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SITE", "onesheet.example")
    monkeypatch.setenv("MACHINES", "web1:8000 web2:8000 web3:8000")
    said = (folder / "Caddyfile").read_text(encoding="utf-8")
    assert said.count("\trequest_buffers 21MB\n\t\tresponse_buffers 21MB\n") == 1
    (tmp_path / "Caddyfile").write_text(as_installed(said), encoding="utf-8")
    command = ["caddy", "adapt", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count('"dial":') == dialled


@needs("docker-compose")
def test_compose_takes_its_file(tmp_path: Path) -> None:
    for name, copied in (("compose.yaml", "compose.yaml"), ("compose.env.example", ".env")):
        shutil.copy(SEVERAL / name, tmp_path / copied)
    run = subprocess.run(
        ["docker-compose", "-f", "compose.yaml", "--profile", "operator", "config"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "is not set" not in run.stderr, "a variable that the example lacks"
    assert run.stdout.count("ONESHEET_FILES: s3://posters.example/onesheet") == 4
    machines = re.findall(r"^  (web\d):$", run.stdout, re.M)
    assert [f"{each}:8000" for each in machines] == re.findall(r"web\d:8000", run.stdout)


def test_the_examples_of_several_machines_say_what_the_image_and_the_program_need() -> None:
    """For those who have none of these programs."""
    compose = (SEVERAL / "compose.yaml").read_text(encoding="utf-8")
    examples = {
        name: set(re.findall(r"^([A-Z_]+)=", (SEVERAL / name).read_text(encoding="utf-8"), re.M))
        for name in ("compose.env.example", "onesheet.env.example")
    }
    assert set(re.findall(r"\$\{(\w+)\}", compose)) == examples["compose.env.example"]
    shared = examples["compose.env.example"] - {"SITE", "POSTGRES_PASSWORD"}
    assert shared < examples["onesheet.env.example"]
    (extras,) = re.findall(r"EXTRAS: (\S+)", compose)
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {*extras.split(",")} <= {*known["optional-dependencies"]}
    assert "ARG EXTRAS=" in CONTAINER


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


def test_nginx_limits_posters_and_leaves_ratings_to_onesheet(app: Flask) -> None:
    said = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    patterns = re.findall(r'^    "~(.+)" (\S+);$', said, re.M)
    limited: dict[str, set[bool]] = {UPLOADS: set(), CHANGES: set()}
    for rule in app.url_map.iter_rules():
        kind = KINDS.get(rule.endpoint, "")
        address = re.sub(r"<[^>]+>", "x", rule.rule)
        for method in {"POST", "PUT"} & (rule.methods or set()):
            keys = [key for pattern, key in patterns if re.search(pattern, f"{method} {address}")]
            limited.setdefault(kind, set()).add(keys[:1] == ["$binary_remote_addr"])
    assert (limited[UPLOADS], limited[CHANGES]) == ({True}, {False})


@pytest.mark.parametrize("folder", [DEPLOY, SEVERAL])
def test_caddy_passes_on_whatever_onesheet_takes(folder: Path) -> None:
    (megabytes,) = re.findall(r"max_size (\d+)MB", (folder / "Caddyfile").read_text("utf-8"))
    assert int(megabytes) * 10**6 > MOST_BODY_OF_SEVERAL


def test_the_database_of_several_machines_is_well_once_it_answers_at_its_address() -> None:
    """The image makes a new one with a server that answers at its socket alone."""
    assert "pg_isready, --host, 127.0.0.1," in (SEVERAL / "compose.yaml").read_text("utf-8")


def test_nginx_writes_no_poster_to_disk_that_is_not_to_be_kept() -> None:
    said = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    (largest,) = re.findall(r"^    client_max_body_size (\w+);$", said, re.M)
    everything_else = said.partition("    location / {")[2]
    assert f" client_body_buffer_size {largest};" in everything_else
    assert " proxy_max_temp_file_size 0;" in everything_else


def test_the_unit_tries_again_however_long_its_database_is_away() -> None:
    assert "\nStartLimitIntervalSec=0\n" in UNIT.partition("[Service]")[0]
    assert "\nRestart=on-failure\nRestartSec=5\n" in UNIT


@pytest.mark.parametrize("path", ["onesheet.service", "several-machines/onesheet.env.example"])
def test_prometheus_may_ask_a_machine_by_its_address(path: str) -> None:
    said = (DEPLOY / path).read_text(encoding="utf-8")
    (names,) = re.findall(rf"{settings.HOSTS}=(\S+)", said)
    machine = (SEVERAL / "machine.conf").read_text(encoding="utf-8")
    (address,) = re.findall(r"LISTEN_ADDRESS=(\S+)$", machine, re.M)
    assert {"127.0.0.1", address} & {*names.split(",")}
