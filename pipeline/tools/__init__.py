"""What we did not write ourselves, a file for each program or library we call."""
