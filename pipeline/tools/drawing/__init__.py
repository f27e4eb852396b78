"""Cards, lower thirds and their letters, drawn in a process of its own."""
