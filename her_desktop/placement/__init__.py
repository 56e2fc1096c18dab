"""Which device each model runs on: what is wanted, what there is, and what becomes of it.

Rule: called by the workers, each on its own thread; knows the models' adapters, and neither the
conversation nor the window. Nothing falls back to the processor in silence.
"""
