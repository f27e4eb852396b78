"""Captions as a person corrects them: each change a value, undone, told again, merged."""
