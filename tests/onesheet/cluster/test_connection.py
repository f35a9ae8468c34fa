"""Which Ray works: told in one sentence where there is none. No Ray is started here."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ray.data.exceptions import ExecutionTimeoutError
from ray.exceptions import RayActorError

from embedder.card import PACKAGED
from onesheet.base.home import Home
from onesheet.cluster.connection import ClusterError, RayCluster, connected
from onesheet.indexing.models import instance_models
from tests.cli.conftest import Run, one_line
from tests.postgres import of_sqlite


@pytest.fixture
def away() -> Iterator[str]:
    """Where nobody answers, nor comes to."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        yield f"127.0.0.1:{nobody.getsockname()[1]}"


@of_sqlite
@pytest.mark.parametrize("scheme", ["ray://", ""])
def test_a_cluster_that_is_away_is_told_of_at_once(run: Run, away: str, scheme: str) -> None:
    address = scheme + away
    result = run("index", "--engine", "ray", "--ray-address", address, status=2)
    assert f"There is no Ray that answers at {address}: " in one_line(result)
    assert "Reading" not in result.stderr


@of_sqlite
def test_the_environment_names_the_cluster_too(
    run: Run, away: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", f"ray://{away}")
    result = run("index", "--engine", "ray", status=2)
    assert "There is no Ray that answers at ray://127.0.0.1" in one_line(result)
    assert "Indexed 80" in run("index", "--no-map").stdout, "it says nothing to threads"


@pytest.mark.parametrize(
    "address", ["cluster", "http://host:1", "ray://", "host:99999999", "[::1]", "a:b:1"]
)
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


@pytest.mark.parametrize("command", [("index",), ("import", ".", "--dry-run")])
def test_options_of_ray_go_with_ray(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command, "--workers", 2, status=2)
    assert "--ray-address and --workers go with --engine ray." in one_line(result)


def test_a_mistake_in_the_options_of_ray_leaves_the_model_as_it_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = instance_models(Home(run.home)).load().fingerprint
    run("index", "--model", PACKAGED, "--workers", 2, status=2)
    monkeypatch.setitem(sys.modules, "ray", None)
    run("index", "--model", PACKAGED, "--engine", "ray", status=2)
    assert instance_models(Home(run.home)).load().fingerprint == before


class Client:
    """Stands for Ray where a cluster of some cores lets this machine in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cores: float) -> None:
        self.addresses: list[str] = []
        self.left = 0
        monkeypatch.setattr("ray.init", lambda address, **_: self.addresses.append(address))
        monkeypatch.setattr("ray.is_initialized", lambda: False)
        monkeypatch.setattr("ray.cluster_resources", lambda: {"CPU": cores})
        monkeypatch.setattr("ray.nodes", lambda: [{"Alive": True}, {"Alive": False}])
        monkeypatch.setattr("ray.shutdown", self._shut_down)
        monkeypatch.setattr("socket.create_connection", self._answer)

    def _shut_down(self) -> None:
        self.left += 1

    def _answer(self, place: tuple[str, int], seconds: float) -> socket.socket:
        place[0].encode("idna")  # as the real one does
        self.place = place
        return socket.socket()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("ray://head", ("head", 10001)),
        ("ray://head:7", ("head", 7)),
        ("ray://[::1]:10001", ("::1", 10001)),
        ("ray://[::1]", ("::1", 10001)),
        ("head:6379", ("head", 6379)),
    ],
)
def test_an_address_is_tried_and_given_to_ray_with_its_port(
    monkeypatch: pytest.MonkeyPatch, address: str, place: tuple[str, int]
) -> None:
    client = Client(monkeypatch, 2)
    with connected(address):
        assert client.place == place
    assert client.addresses == [address if address.endswith(f":{place[1]}") else f"{address}:10001"]


def test_the_cluster_that_this_machine_is_one_of_is_found_by_ray(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "auto")
    client = Client(monkeypatch, 2)
    with connected():
        assert client.addresses == ["auto"]


def test_a_name_that_cannot_be_one_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    Client(monkeypatch, 2)
    with pytest.raises(ClusterError, match=r"no Ray that answers at ray://a\.\.b:1"):
        connected("ray://a..b:1").__enter__()


@pytest.mark.parametrize(("asked_for", "at_work"), [(None, 3), (2, 2), (8, 3)])
def test_no_more_work_than_there_are_cores(
    monkeypatch: pytest.MonkeyPatch, asked_for: int | None, at_work: int
) -> None:
    client = Client(monkeypatch, 3)
    with connected("head:1", asked_for) as cluster:
        assert (cluster.workers, cluster.machines) == (at_work, 1)
        before = client.left
        cluster.leave()
        assert client.left == before + 1, "before the end, if nothing needs it any longer"


def test_a_cluster_without_cores_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(monkeypatch, 0)
    with pytest.raises(ClusterError, match="The Ray at head:1 has no core"):
        connected("head:1").__enter__()
    assert client.left == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ConnectionError("Client is shutting down."), "The Ray at head:1 went away: Client is"),
        (ExecutionTimeoutError("no progress"), "Ray could not do it: no progress"),
        (RayActorError(), "Ray could not do it: The actor"),
    ],
)
def test_a_cluster_that_goes_away_is_told_of(
    monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    Client(monkeypatch, 1)
    with pytest.raises(ClusterError, match=sentence), connected("head:1"):
        raise error


def test_what_breaks_elsewhere_is_not_put_down_to_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    Client(monkeypatch, 1)
    with pytest.raises(BrokenPipeError), connected("head:1"):
        raise BrokenPipeError


def test_a_cluster_is_described() -> None:
    assert RayCluster(2, 1).description() == "Ray works with 2 processes on 1 machine"
    assert RayCluster(1, 3).description() == "Ray works with 1 process on 3 machines"
