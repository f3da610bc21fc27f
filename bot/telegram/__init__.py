"""What people say to the bot and what it answers."""
