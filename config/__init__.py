"""What an operator edits (TOML files), and the code that checks it."""
