"""Captions, ours or a person's, held against the limits and the speech, and mended."""
