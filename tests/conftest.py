"""What holds for all tests: those by chance have the same seeds each time, and none opens a socket.

`make soak` goes on with fresh seeds: what it finds is no fault of who changed something else. Neither
speclint nor its tests need a network. Those that install it as users do (`test_packaging`) run pip in
processes of their own, to which this does not reach; they skip where there is no network.

Garbage is looked for as seldom as the command itself does, and what was compiled is kept, also where the
environment says otherwise: the tests start many processes, each of which would compile everything again.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from hypothesis import settings

from .amount import SOAKING, some

settings.register_profile("seeded", derandomize=True, deadline=None, max_examples=some(25, 100))
settings.register_profile("fresh", database=None, deadline=None)
settings.load_profile("fresh" if SOAKING else "seeded")

gc.set_threshold(50_000, 20, 20)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What speclint keeps for its user: theirs is left alone, and may be where nothing can be written.
_KEPT = tempfile.TemporaryDirectory(prefix="speclint-tests-")
for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[variable] = _KEPT.name
sys.dont_write_bytecode = False


def refuse(*_: Any, **__: Any) -> NoReturn:
    """Stands in for whatever opens a socket."""
    raise AssertionError("a test opens a socket")


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    """Closes the network for the time of a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("socket", "socketpair", "create_connection", "getaddrinfo"):
            patch.setattr(socket, name, refuse)
        yield
