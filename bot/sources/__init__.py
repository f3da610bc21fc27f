"""Fetching: feeds, pages, the push endpoint's articles, files."""
