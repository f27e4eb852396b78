"""Recognisers of speech, each in a process of its own, and Whisper's weights."""
