"""Khabardar's library: texts in, digests out. It knows no network, no Telegram, no clock and no environment."""
