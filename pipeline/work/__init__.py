"""All that changes while a command runs: the bench, the store, and where the work is done."""
