"""A strict local stand-in for Telegram's Bot API, for tests and for khabardar rehearse."""
