"""The first five minutes: six steps from the language to the first answer.

Rule: every step may be skipped and taken again, nothing waits for anything behind it, and what is
chosen holds at once. GUI thread only.
"""
