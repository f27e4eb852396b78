"""The segment: what comes in which order, how it meets, and what is handed over."""
