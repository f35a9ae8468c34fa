"""Which Ray works: told in one sentence where there is none. No Ray is started here."""

import socket
import sys

import pytest

from onesheet.cluster.connection import ClusterError, connected
from tests.cli.conftest import Run, one_line


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("address", ["ray://127.0.0.1:{}", "127.0.0.1:{}"])
def test_a_cluster_that_is_away_is_told_of_at_once(run: Run, address: str) -> None:
    address = address.format(unused_port())
    result = run("index", "--engine", "ray", "--ray-address", address, status=2)
    assert f"There is no Ray that answers at {address}: " in one_line(result)
    assert "Reading" not in result.stderr


def test_the_environment_names_the_cluster_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", f"ray://127.0.0.1:{unused_port()}")
    result = run("index", "--engine", "ray", status=2)
    assert "There is no Ray that answers at ray://127.0.0.1" in one_line(result)
    assert "Indexed 80" in run("index", "--no-map").stdout, "it says nothing to threads"


@pytest.mark.parametrize("address", ["cluster", "http://host:1", "ray://", "host:99999999"])
def test_an_address_that_means_nothing_is_told_of(address: str) -> None:
    with (
        pytest.raises(ClusterError, match="must be an address such as ray://host:10001"),
        connected(address),
    ):
        pass


def test_without_the_extra_one_sentence_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.startswith("onesheet.cluster.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    result = run("index", "--engine", "ray", status=2)
    assert "--engine ray needs `pip install 'onesheet[ray]'`" in one_line(result)


def test_options_of_ray_go_with_ray(run: Run) -> None:
    result = run("index", "--workers", 2, status=2)
    assert "--ray-address and --workers go with --engine ray." in one_line(result)
