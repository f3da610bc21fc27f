"""Khabardar's service: fetching, Telegram, the web server, the schedule and the command line around the library."""
