"""Where in the sound each word of a known text is said, and how far that is believed."""
