"""A second thread helps whoever is alone, and nobody else."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from webapp.turns import Turns


def test_somebody_alone_has_a_thread_do_what_is_handed_over() -> None:
    turns = Turns(2)
    for _ in range(3):  # also once a turn was given back
        with turns.taken() as aside:
            assert aside.submit(threading.get_ident).result() != threading.get_ident()


def here(turns: Turns) -> bool:
    """Whether somebody who takes a turn does all of it in the same thread."""
    with turns.taken() as aside:
        return aside.submit(threading.get_ident).result() == threading.get_ident()


def test_beside_others_everybody_does_all_of_it() -> None:
    turns = Turns(2)
    with turns.taken(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(here, turns).result(10)
    assert not here(turns)


def test_so_it_is_while_others_wait() -> None:
    turns = Turns(1)
    with ThreadPoolExecutor(2) as pool:
        with turns.taken():
            waiting = [pool.submit(here, turns) for _ in range(2)]
            while turns.present < 3:
                time.sleep(0.001)
        assert any(each.result(10) for each in waiting)  # whoever of them came first


def fail() -> None:
    raise LookupError("lost")


def test_what_fails_there_fails_here() -> None:
    turns = Turns(2)

    def asked(inner: Callable[[], None]) -> None:
        with turns.taken() as aside:
            inner()
            with pytest.raises(LookupError, match="lost"):
                aside.submit(fail).result()

    asked(lambda: asked(lambda: None))  # the outer in a thread, the inner here
    with pytest.raises(LookupError), turns.taken():
        fail()
    with turns.taken() as aside:  # the turn was given back
        assert aside.submit(threading.get_ident).result() != threading.get_ident()
