"""Fetching: feeds, pages, files; the guard that every request passes; the workers that parse what strangers wrote."""

from bot.sources.backfill import backfill, history
from bot.sources.check import Checker, Rules
from bot.sources.fetch import Fetched, Fetcher, FetchOptions, Kind, Validators, user_agent
from bot.sources.guard import Guard
from bot.sources.poller import Poller
from bot.sources.reading import Intake, raw_of_page
from bot.sources.workers import WorkerLimits, Workers

__all__ = [
    "Checker",
    "FetchOptions",
    "Fetched",
    "Fetcher",
    "Guard",
    "Intake",
    "Kind",
    "Poller",
    "Rules",
    "Validators",
    "WorkerLimits",
    "Workers",
    "backfill",
    "history",
    "raw_of_page",
    "user_agent",
]
