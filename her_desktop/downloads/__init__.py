"""The only place that reaches the network: it brings models of the catalogue to this machine.

Rule: calls block, and whoever calls brings the thread; imports the catalogue and the paths alone.
The HTTP library is imported inside the function that uses it. Nothing is fetched unasked.
"""
