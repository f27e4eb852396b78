"""Timed words broken into captions that can be read, within the limits of their language."""
