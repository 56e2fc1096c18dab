"""What is said to whom, and when: pure rules without thread, clock, model, device or Qt.

Rule: this package imports the standard library and numpy types only.
"""
