"""Spreads work over processes; what comes back is in order, however many there are."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Task = TypeVar("Task")

Result = TypeVar("Result")


# A copy of this process is there at once. Elsewhere libraries of the system do not survive being copied.
START = "fork" if sys.platform == "linux" else "spawn"


class WorkerLost(Exception):
    """A process ended before its work was done; `task` is the number of what it was at."""

    def __init__(self, task: int) -> None:
        super().__init__("a process that checked files was killed")
        self.task = task


def cores() -> int:
    """How many processes can run at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    """What a function gives for every task, in their order, worked out in so many processes.

    Where the system allows fewer, these do all of it, or this one. An error in a process is raised here.
    Raises `WorkerLost` when one is killed. When the caller stops early, for an error or because the user
    interrupts, the processes are ended.
    """
    from multiprocessing import get_context
    from multiprocessing.connection import wait

    context: Any = get_context(START)
    waiting = iter(enumerate(tasks))
    results: dict[int, Result] = {}
    processes: list[BaseProcess] = []
    # By pipe from a process, the one to it and the number of the task that it is at.
    at: dict[Any, tuple[Any, int]] = {}

    def start() -> None:
        orders_there, orders = context.Pipe(duplex=False)
        answers, answers_there = context.Pipe(duplex=False)
        # Who inherits our ends would keep pipes open of which we have let go, or which died with us.
        ours = (orders, answers, *(orders for orders, _ in at.values())) if START == "fork" else ()
        process = context.Process(target=_serve, args=(work, orders_there, answers_there, ours), daemon=True)
        processes.append(process)
        with _uninterrupted():
            process.start()
        orders_there.close()
        answers_there.close()
        hand_out(answers, orders)

    def hand_out(answers: Connection, orders: Connection) -> None:
        number, task = next(waiting, (None, None))
        if number is None:
            del at[answers]
            orders.close()
            return
        at[answers] = orders, number
        with suppress(BrokenPipeError):  # told when its answer is missing
            orders.send(task)

    try:
        with suppress(OSError):  # too many processes, or files that are open
            for _ in range(min(jobs, len(tasks))):
                start()
        if not at:
            yield from map(work, tasks)
            return
        for number in range(len(tasks)):
            while number not in results:
                ready: list[Any] = wait(list(at))
                for answers in ready:
                    orders, task = at[answers]
                    try:
                        result = answers.recv()
                    except (EOFError, OSError):
                        raise WorkerLost(task) from None
                    if isinstance(result, BaseException):
                        raise result
                    results[task] = result
                    hand_out(answers, orders)
            yield results.pop(number)
    finally:
        started = [process for process in processes if process.pid is not None]
        for process in started:
            process.kill()  # they write nothing, and may have been told to ignore all else
        for process in started:
            process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keeps an interruption waiting, so that none falls between a new process and the knowledge of it."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    work: Callable[[Any], Any], orders: Connection, answers: Connection, others: Sequence[Connection]
) -> None:
    """What a process does: one task after the other, until nobody wants any more."""
    import pickle
    import signal

    # Who interrupts means the process that started this one, which then ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in others:
        other.close()
    with suppress(EOFError, OSError):
        while True:
            task = orders.recv()
            try:
                result = pickle.dumps(work(task))
            except Exception as error:
                result = pickle.dumps(error)
            answers.send_bytes(result)
