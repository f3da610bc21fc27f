"""Everything that is wrong in the operator's files, found without starting anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.files import Findings
from config.lexicon import read_lexicon
from config.sources import read_sources

if TYPE_CHECKING:
    from config.settings import Settings
    from digests.errors import Problem

__all__ = ["check"]


def check(settings: Settings) -> list[Problem]:
    """All problems of sources and lexicon at once, each with its file and entry; the settings were checked by `load`."""
    findings = Findings()
    sources = read_sources(settings.config, findings)
    entities = read_lexicon(settings.config, findings)
    if not any(source.feeds for source in sources):
        findings.add("sources.toml", "no source has a feed: nothing would be polled; enable some")
    if not entities:
        findings.add("lexicon.toml", "no entity is left: keywords would have no other names; enable some")
    return findings.problems
