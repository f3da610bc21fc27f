"""The outbox's way out: the pacer and the sender, the only caller of Telegram's send methods."""
