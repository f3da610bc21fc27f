"""Work on what strangers wrote, in processes that can be killed.

A thread that parses 200,000 attributes cannot be stopped, and an lxml that takes 4 GB takes the bot with it. So each
job runs in a child with limits of time and memory. The child knows no secret: its environment is empty but for paths.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import io
import os
import pickle
import struct
import sys
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

import structlog

import bot
from digests import errors
from digests.errors import DigestError, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WorkerLimits", "Workers"]

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")

LENGTH = struct.Struct(">Q")
HEAD = struct.Struct(">Q?")  # of an answer: its length, and whether it is the child's last
LARGEST_ANSWER = 256_000_000
GRACE_SECONDS = 1.0  # for a process that has closed its pipe to end
JOBS_PER_WORKER = 2_000  # then a fresh one, so that what libraries leak does not add up
SAFE_BUILTINS = frozenset({"set", "frozenset", "bytearray", "complex", "slice", "range"})
SAFE_MODULES = ("datetime", "collections")


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What one job may cost: seconds of processor time, of the clock, and bytes of address space."""

    processes: int = 2
    cpu_seconds: float = 3.5
    wall_seconds: float = 20.0
    memory: int = 512_000_000


class Turn(IntEnum):
    """Whose job is next when a child is free."""

    FIRST = 0
    USUAL = 1


class Workers:
    """A few child processes, each with one job at a time.

    >>> async with Workers() as workers:
    ...     feed = await workers.run(read_feed, body, url, None, now)
    """

    def __init__(self, limits: WorkerLimits | None = None, *, observe: Callable[[float], None] | None = None) -> None:
        """`observe` is told the seconds of every job."""
        self._limits = limits or WorkerLimits()
        self._observe = observe
        # Started with their first job, and the last one that worked works next: where one is enough, one is started.
        self._idle: list[Child | None] = [None] * self._limits.processes
        self._waiting: list[tuple[Turn, int, asyncio.Future[Child | None]]] = []
        self._numbers = count()
        self._children: set[Child] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for child in list(self._children):
            await self._end(child)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`function(*args)` in a child. It must be a function of a module, its arguments and its result values of ours.

        Raises what the function raises of our own errors; UnreadableSource when it needs too much time or memory, or
        fails in any other way.
        """
        return await self._run(Turn.USUAL, function, *args, **kwargs)

    async def run_first(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, before everything that waits there: for those whom somebody waits for, and not for what is polled.

        A hundred hostile feeds keep their children busy for minutes; a pushed article waits for one of them at most.
        """
        return await self._run(Turn.FIRST, function, *args, **kwargs)

    async def _run(self, turn: Turn, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if kwargs:
            raise TypeError("only positional arguments travel to a worker")
        child = await self._free_child(turn)
        start = asyncio.get_running_loop().time()
        usable = None
        try:
            if child is None or not child.is_alive or child.jobs >= JOBS_PER_WORKER:
                if child is not None:
                    await self._end(child)
                child = await self._start()
            # Packed no sooner than now: each job that waits would hold its body twice.
            job = pickle.dumps((function.__module__, function.__qualname__, args), pickle.HIGHEST_PROTOCOL)
            answer, last = await self._ask(child, job)
            usable = None if last else child
        finally:
            # Whatever went wrong, cancelling included, leaves a child in the middle of a job: it is not used again, nor
            # is one that has had enough.
            if usable is None and child is not None:
                child.kill()
            self._give(usable)
            if self._observe:
                self._observe(asyncio.get_running_loop().time() - start)
        value: T = _unpacked(answer, function.__name__)
        return value

    async def _free_child(self, turn: Turn) -> Child | None:
        if self._idle:
            return self._idle.pop()
        free: asyncio.Future[Child | None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (turn, next(self._numbers), free))
        try:
            return await free
        except asyncio.CancelledError:
            if not free.cancelled():
                self._give(free.result())
            raise

    def _give(self, child: Child | None) -> None:
        while self._waiting:
            free = heapq.heappop(self._waiting)[2]
            if not free.done():
                free.set_result(child)
                return
        self._idle.append(child)

    async def _ask(self, child: Child, job: bytes) -> tuple[bytes, bool]:
        child.jobs += 1
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                return await child.ask(job)
        except TimeoutError as error:
            raise UnreadableSource(f"stopped after {self._limits.wall_seconds:g} s of work on it") from error
        except (OSError, EOFError) as error:
            child.is_gone = True
            await self._end(child)
            limits = self._limits
            raise UnreadableSource(
                f"stopped: working on it needs more than {limits.cpu_seconds:g} s or {limits.memory // 1_000_000} MB"
            ) from error

    async def _start(self) -> Child:
        self._children = {child for child in self._children if child.is_alive}
        limits = self._limits
        root = str(Path(bot.__file__).parents[1])
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            # By its path and not as a module: the package would bring the whole fetcher into each child.
            str(Path(__file__).with_name("worker.py")),
            str(limits.cpu_seconds),
            str(limits.memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Linear algebra libraries take an address space per core for threads that nobody here uses.
            env={
                "PATH": os.defpath,
                "PYTHONPATH": os.pathsep.join((root, *(path for path in sys.path if path))),
                "LANG": "C.UTF-8",
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            },
        )
        child = Child(process)
        self._children.add(child)
        return child

    async def _end(self, child: Child) -> None:
        # One whose pipe has closed is about to be gone by itself. A signal to it now would take its exit status away
        # from asyncio, which then warns of an unknown child.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS if child.is_gone else 0):
                await child.process.wait()
        child.kill()
        await child.process.wait()
        self._children.discard(child)


class Child:
    """One child process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.jobs = 0
        self.is_gone = False

    @property
    def is_alive(self) -> bool:
        return self.process.returncode is None

    async def ask(self, job: bytes) -> tuple[bytes, bool]:
        """Send a job, wait for its answer, and whether it is the child's last. Raises OSError or EOFError when the child has ended."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise EOFError("the child has no pipes")
        stdin.write(LENGTH.pack(len(job)) + job)
        await stdin.drain()
        length, last = HEAD.unpack(await stdout.readexactly(HEAD.size))
        if length > LARGEST_ANSWER:
            raise EOFError("the answer is too large")
        return await stdout.readexactly(length), last

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()


class Unpickler(pickle.Unpickler):
    """Reads answers: values of our vocabulary and nothing that could run, in case a parser was taken over."""

    def find_class(self, module: str, name: str) -> Any:  # the signature is pickle's
        if module == "builtins" and name in SAFE_BUILTINS:
            return super().find_class(module, name)
        if module in SAFE_MODULES or module.startswith("digests."):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")


def _unpacked(answer: bytes, work: str) -> Any:  # what the function returned
    try:
        kind, *rest = Unpickler(io.BytesIO(answer)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, ImportError, IndexError) as error:
        raise UnreadableSource(f"{work} answered what cannot be read") from error
    if kind == "ok":
        return rest[0]
    name, sentence = rest
    known = getattr(errors, name, None)
    if isinstance(known, type) and issubclass(known, DigestError):
        raise known(sentence)
    if name not in ("MemoryError", "RecursionError"):
        log.error("worker_failed", work=work, error=name, detail=sentence)
    raise UnreadableSource(f"{work}: {sentence}" if "." not in name else f"{work} failed on it ({name})")
