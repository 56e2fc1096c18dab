"""What the command line can do besides the window: ask, bench, devices, doctor, models.

Rule: may import everything, of `her_desktop.ui` the control socket alone; prints results to stdout
and nothing else there.
"""
