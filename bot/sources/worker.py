"""The child process of workers.py: reads jobs from standard input, one after the other, and answers on standard output.

    python worker.py CPU_SECONDS MEMORY_BYTES

A job is (module, function, arguments). The answer is ("ok", value) or ("error", name of the error, sentence).
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
        _send(answers, _answer(function, arguments))
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(function: Any, arguments: tuple[Any, ...]) -> bytes:  # any function of the library
    try:
        return pickle.dumps(("ok", function(*arguments)), pickle.HIGHEST_PROTOCOL)
    except errors.DigestError as error:
        return pickle.dumps(("error", type(error).__name__, str(error)))
    except MemoryError:
        return pickle.dumps(("error", "MemoryError", "needs too much memory"))
    except RecursionError:
        return pickle.dumps(("error", "RecursionError", "is nested too deep"))
    except Exception as error:  # noqa: BLE001 - the top of this process: the parent logs and counts it
        return pickle.dumps(("error", f"{type(error).__module__}.{type(error).__name__}", str(error)[:500]))


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


def _send(stream: BinaryIO, answer: bytes) -> None:
    stream.write(LENGTH.pack(len(answer)) + answer)
    stream.flush()


if __name__ == "__main__":
    main()
