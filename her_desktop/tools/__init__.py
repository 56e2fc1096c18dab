"""What the command line can do besides the window: ask, doctor, bench, models.

Rule: may import everything but `her_desktop.ui`; prints results to stdout and nothing else there.
"""
