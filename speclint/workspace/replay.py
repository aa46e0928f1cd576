"""What a command said when it last ran, to be said again while nothing has changed that it looked at.

This is for the run of a whole repository where nothing happened, which is most runs: what came of thousands
of documents need not even be put into words again. Unlike `results` it knows no part of a run: one file that
is another, or may be, and everything is looked at.

The file is like that of `results`: a line with a digest of the rest, a line of JSON, and then what was said,
each piece as long as the JSON says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from speclint.markdown import digest
from speclint.workspace.results import MAX_BYTES, kept_in, read, settled, stamp_of, write
from speclint.workspace.surroundings import Checkout

# A piece of what was said: whether it is a result (standard output) or a remark, and the text in UTF-8.
Piece = tuple[bool, bytes | memoryview]


class Said(NamedTuple):
    """What a command said, in order, and its exit code."""

    code: int
    pieces: tuple[Piece, ...]


class Replay:
    """The last run of a command over some files.

    `command` is all that the command was told, `terms` all that it read beside the files, as texts that are
    the same when nothing has changed; `files` are the files and what they were like before they are looked
    at, at a time in nanoseconds.
    """

    def __init__(
        self,
        command: str,
        terms: str,
        files: Iterable[tuple[str, os.stat_result]],
        now: int,
    ) -> None:
        self._path = kept_in(command, ".said")
        self._state: str | None = None
        stamps: list[str] = [terms]
        for path, state in files:
            stamp = stamp_of(state)
            if not settled(stamp, now):
                return
            stamps.append(f"{path}\0{stamp}")
        self._state = digest.digest("\0".join(stamps).encode("utf-8", "surrogatepass"))

    def recall(self) -> Said | None:
        """What was said; None when that is not known or something has changed."""
        with suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            content, start = read(self._path)
            end = content.find(b"\n", start)
            code, state, world, pieces = json.loads(content[start:end])
            if state != self._state or code not in (0, 1):
                return None
            for root, answers in world.items():
                checkout = Checkout(root)
                if any(checkout.answer(question) != answer for question, answer in answers.items()):
                    return None
            said: list[Piece] = []
            at = end + 1
            for is_result, length in pieces:
                said.append((bool(is_result), memoryview(content)[at : at + length]))
                at += length
            return Said(code, tuple(said))
        return None

    def keep(self, code: int, pieces: Sequence[Piece], world: Any) -> None:
        """Keeps what was said; `world` has by root the questions about the files around and their answers."""
        if self._state is None or sum(len(data) for _, data in pieces) > MAX_BYTES // 2:
            return
        lengths = [(is_result, len(data)) for is_result, data in pieces]
        head = json.dumps([code, self._state, world, lengths], separators=(",", ":")).encode()
        write(self._path, head + b"\n", *(data for _, data in pieces))
