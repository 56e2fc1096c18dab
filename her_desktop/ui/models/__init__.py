"""The page of models: a card for each, what is known of it and what can be done with it.

Rule: like the rest of `ui/`. It shows what the library tells and asks it for what the user wants;
nothing is fetched, opened or measured here. GUI thread only.
"""
