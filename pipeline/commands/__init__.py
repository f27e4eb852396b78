"""One story a file: what a command does, from top to bottom."""
