"""What the bot can be told: one file per family of commands."""
