"""What a recogniser heard: its answers as words, its doubts, and names as their owners spell them."""
