"""How texts are written, what they look like, and how their words may be said and sound."""
