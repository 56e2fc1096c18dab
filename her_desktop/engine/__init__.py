"""The threads: the hub, the listener, one worker a model, the owner of the sound devices.

Rule: threads live here and nowhere else. Plain named non-daemon threads, blocking queues with a
stop sentinel. Imports the conversation, the model protocols and `her_desktop.audio`.
"""
