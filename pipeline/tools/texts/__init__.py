"""Text that people and players write and read: scripts, captions, transcripts."""
