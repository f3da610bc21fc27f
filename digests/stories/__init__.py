"""Puts articles that report one event into one Story, reads its facts and tells what changed."""
