"""The user's models: what is here, what is on its way, and what is brought from elsewhere.

Rule: knows the catalogue, the downloads and how a model is opened, and neither the window nor the
conversation. Its threads are made here; what happens is told in events.
"""
