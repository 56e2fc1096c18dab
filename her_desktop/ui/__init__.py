"""The window: PySide6 lives here, in the program's root, and nowhere else.

Rule: what is in this folder watches events and sends the user's own; it decides nothing about the
conversation, loads no model and opens no device. Everything runs on the GUI thread, except
`Bridge.publish`, which any thread may call.
"""
