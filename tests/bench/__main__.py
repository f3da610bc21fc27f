"""`make bench`: what things cost, as ratios to other tools in the same run where there are any.

Benches that need something handed in (folders of feeds) or run a while (a sweep over 1,000 feeds) are called by name:
`python -m tests.bench.feeds FOLDER...`, `python -m tests.bench.sweep`.
"""

from importlib import import_module
from inspect import iscoroutinefunction, signature
from pathlib import Path


def main() -> None:
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.stem in ("__init__", "__main__"):
            continue
        module = import_module(f"tests.bench.{file.stem}")
        work = getattr(module, "main", None)
        if work and not iscoroutinefunction(work) and not signature(work).parameters:
            print(f"\n== {file.stem} ==", flush=True)
            work()


if __name__ == "__main__":
    main()
