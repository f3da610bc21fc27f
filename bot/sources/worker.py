"""The child process of workers.py: reads jobs from standard input, one after the other, and answers on standard output.

    python worker.py CPU_SECONDS MEMORY_BYTES

A job is (module, function, arguments). The answer is ("ok", value) or ("error", name of the error, sentence), after its
length and a byte: 1 when this process should work no more. What a large body took is not given back, and near its limit a
process fails at everything: a parser that cannot be loaded any more looks like a broken feed.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import pickle
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

from digests import errors

LENGTH = struct.Struct(">Q")
HEAD = struct.Struct(">Q?")
FULL = 0.75  # of the memory it may have: a usual worker has 300 MB of address space
LARGEST_FILE = 256_000_000  # py3langid unpacks its model into a temporary file; nobody needs more
NICE = 5  # hostile work yields to the event loop of the parent


def main() -> None:
    cpu_seconds, memory = float(sys.argv[1]), int(sys.argv[2])
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library prints must not mix with the answers.
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    # A stop of the service is sent to all its processes. The parent ends its jobs, so that none looks like a failure.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it ends the process, see _limit_cpu
    with contextlib.suppress(PermissionError):  # a hardened unit may forbid it (systemd: ~@resources)
        os.nice(NICE)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    while (job := _receive(jobs)) is not None:
        module, name, arguments = pickle.loads(job)  # noqa: S301 - the parent wrote it
        function = getattr(importlib.import_module(module), name)
        _limit(resource.RLIMIT_AS, memory)
        _limit_cpu(cpu_seconds)
        answer, failed = _answer(function, arguments)
        _send(answers, answer, failed or _address_space() > memory * FULL)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(function: Any, arguments: tuple[Any, ...]) -> tuple[bytes, bool]:  # any function of the library
    """The answer, and whether something failed that should never fail."""
    try:
        return pickle.dumps(("ok", function(*arguments)), pickle.HIGHEST_PROTOCOL), False
    except errors.DigestError as error:
        return pickle.dumps(("error", type(error).__name__, str(error))), False
    except MemoryError:
        return pickle.dumps(("error", "MemoryError", "needs too much memory")), True
    except RecursionError:
        return pickle.dumps(("error", "RecursionError", "is nested too deep")), False
    except Exception as error:  # noqa: BLE001 - the top of this process: the parent logs and counts it
        return pickle.dumps(("error", f"{type(error).__module__}.{type(error).__name__}", str(error)[:500])), True


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib is not needed here otherwise
        return int(file.read().split()[0]) * resource.getpagesize()


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _limit_cpu(seconds: float) -> None:
    """Seconds of work for this job, by a timer of this process that ends it; the kernel's own limit, which counts whole
    seconds from the beginning of the process, stands behind it.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + seconds) + 1)
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None  # the parent is gone
    return stream.read(LENGTH.unpack(head)[0])


def _send(stream: BinaryIO, answer: bytes, last: bool) -> None:
    stream.write(HEAD.pack(len(answer), last) + answer)
    stream.flush()


if __name__ == "__main__":
    main()
