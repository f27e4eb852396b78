"""Without this file `python -m pipeline` would not start the command line."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
