"""Everything that is wrong in the operator's files, found without starting anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.files import Findings
from config.lexicon import read_lexicon
from config.sources import read_sources

if TYPE_CHECKING:
    from pathlib import Path

    from digests.errors import Problem

__all__ = ["check"]


def check(folder: Path | None) -> list[Problem]:
    """All problems of sources and lexicon at once, each with its file and entry; settings are checked by `load`.

    `folder` is the operator's, or None when only the packaged files are in force.
    """
    findings = Findings()
    sources = read_sources(folder, findings)
    entities = read_lexicon(folder, findings)
    if not any(source.feeds for source in sources):
        findings.add("sources.toml", "no source has a feed: nothing would be polled; enable some")
    if not entities:
        findings.add("lexicon.toml", "no entity is left: keywords would have no other names; enable some")
    return findings.problems
