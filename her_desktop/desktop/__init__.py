"""The program as a guest on somebody's desktop: start at login, menu entry, crashes, a report.

Rule: knows files and facts, neither window nor engine; whatever it writes outside the program's own
folders it can take back. Imports no Qt, so the command line may use it too.
"""
