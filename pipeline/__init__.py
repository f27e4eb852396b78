"""Perspectives: experts' recorded messages in, one titled, captioned programme segment out."""

__version__ = "0.1.0"
