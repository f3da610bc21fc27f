"""Finds every subscriber's words in an article, in every spelling."""
