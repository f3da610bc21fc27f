"""`make quality`: the labelled cases against their pinned floors. Exit code 1 when one is missed."""

import sys
from importlib import import_module
from pathlib import Path


def main() -> int:
    good = True
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.stem in ("__init__", "__main__"):
            continue
        module = import_module(f"tests.quality.{file.stem}")
        print(f"\n== {file.stem} ==")
        good = module.main() and good
    print("\nevery floor holds" if good else "\nA FLOOR WAS MISSED")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
