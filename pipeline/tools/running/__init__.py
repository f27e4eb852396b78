"""How programs are started, limited and fenced, and files are opened and written."""
