"""What a recogniser heard: its answers as words, its doubts, and names to be spelt right."""
