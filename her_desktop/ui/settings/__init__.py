"""The settings dialog: one module a page, described as data, drawn by the rest.

Rule: like the rest of `ui/`. Nothing here keeps a setting: what is shown is what is in force, and
what is chosen is applied at once. GUI thread only.
"""
