"""The only place that grabs keys outside the window.

Rule: it turns one key of the user's choice into `TalkPressed` and `TalkReleased`, and looks at no
other key where the system lets it choose. It knows nothing of Qt; each way to reach the keyboard is
a module of its own, whose library is imported on the thread that uses it.
"""
