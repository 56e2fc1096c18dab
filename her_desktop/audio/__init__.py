"""Sound in and out: devices, streams, buffers, sample rates.

Rule: no Qt, no models, no thread of its own; imports nothing else of this project.
"""
