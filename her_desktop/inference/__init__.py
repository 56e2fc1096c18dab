"""The models, each behind a small protocol: blocking adapters without a thread of their own.

Rule: imports `her_desktop.audio.format` and nothing else of this project. Heavy libraries are
imported where a model is loaded, so that importing an adapter costs nothing.
"""
