"""The command line."""

from pipeline.cli.run import main as main
