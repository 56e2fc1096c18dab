"""What must outlive every owner: objects whose end would run into a library that cannot bear it.

A function that a C library was given may be called until the process ends. And a model on a card
that is gone may take the process along when its library tries to let go of it.
Rule: any thread. What comes here stays, so few things may.
"""

from __future__ import annotations

import ctypes


def keep_for_good(thing: object) -> None:
    """Keep an object until the process has ended, whoever forgets it."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
