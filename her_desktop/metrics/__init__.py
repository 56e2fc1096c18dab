"""What the stream of events says about time and load.

Rule: a fold over events. Imports `her_desktop.conversation.events` and nothing else of this
project; no stage, adapter or widget holds a stopwatch.
"""
