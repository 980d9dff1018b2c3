"""Grade deep-learning assignments: train what was handed in, measure it, and write the reports."""

__version__ = "0.1.0"
