"""One submission, from the file that came in to a message that can be joined."""
