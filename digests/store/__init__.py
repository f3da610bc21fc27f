"""The database. SQL lives in this package only, each statement behind a function named after its intention."""

from digests.store.driver import Store, from_text, to_text

__all__ = ["Store", "from_text", "to_text"]
