"""A desktop voice assistant that runs entirely on its user's machine."""

__version__ = "0.1.0"
