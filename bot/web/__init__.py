"""The web server: webhook, pushed articles, health, metrics."""
