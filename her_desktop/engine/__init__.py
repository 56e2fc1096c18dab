"""The threads: the hub, the listener, one worker a model, the owner of the sound devices.

Rule: threads live here and nowhere else. Plain named threads, blocking queues with a stop sentinel;
non-daemon ones, but for the workers, whose libraries may never give them back. Imports the
conversation, the model protocols and `her_desktop.audio`.
"""
