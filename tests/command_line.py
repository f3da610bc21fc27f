"""Fixture of the tests of verbs: the program as its `main`, with what it said; named in those tests as a plugin."""

import contextlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.cli import main

PAGE = """<html lang="en"><head><title>Three killed in blast near Quetta station</title>
<meta property="article:published_time" content="2026-03-02T06:30:00+05:00"></head><body>
<nav>Home Sports</nav><article><h1>Three killed in blast near Quetta station</h1>
<p>QUETTA: At least three people were killed and nine injured when a bomb exploded near the railway station on
Monday, police said. No group claimed responsibility for the attack.</p>
<p>A senior police officer said the device had been planted in a parked motorcycle and was set off by remote control.
The injured were taken to the civil hospital, where two of them were in a critical condition.</p></article></body></html>
"""
TEXT = """Roadside bomb hits convoy near Bannu

BANNU: Two soldiers were killed on Sunday when a roadside bomb struck their convoy on the road to Miranshah, officials
in Bannu said. The Tehreek-e-Taliban Pakistan said it had carried out the attack.

A search of the area was under way in the evening, a security official said.
"""


@dataclass
class Said:
    """What a call of the program said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaints(self):
        return self.err.splitlines()


class Program:
    """Calls `main` in this process, with settings of its own."""

    def __init__(self, capsys, folder: Path) -> None:
        self._capsys = capsys
        self.folder = folder
        self.db = folder / "khabardar.db"
        self.env = {"KHABARDAR_DB": str(self.db)}

    def __call__(self, *args, stdin=None, **env) -> Said:
        before, standard_input = dict(os.environ), sys.stdin
        for name in [name for name in before if name.startswith("KHABARDAR_")]:
            del os.environ[name]
        os.environ.update(self.env | {f"KHABARDAR_{name.upper()}": str(value) for name, value in env.items()})
        self._capsys.readouterr()
        file = self.folder / "stdin"
        file.write_bytes(stdin or b"")
        code = None
        try:
            with file.open() as sys.stdin, contextlib.suppress(SystemExit):
                try:
                    main([str(arg) for arg in args])
                except SystemExit as end:
                    code = end.code
        finally:
            os.environ.clear()
            os.environ.update(before)
            sys.stdin = standard_input
        out, err = self._capsys.readouterr()
        return Said(code or 0, out, err)

    def file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
