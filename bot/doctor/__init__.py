"""Finds what is wrong with an installation, and says what to do. Each check is one function; none changes anything."""

from bot.doctor.examination import examine
from bot.doctor.findings import Finding, Level

__all__ = ["Finding", "Level", "examine"]
