"""What is to be done, worked out without doing it: no files, no processes, no media libraries."""
