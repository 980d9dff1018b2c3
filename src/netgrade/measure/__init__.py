"""Measure: hold the test probabilities of finished trainings against the test labels.

The only place that opens the labels. No student code and no student's files come here: its input is records.
"""

from netgrade.measure.plan import measure_plan, speeds_of

__all__ = ["measure_plan", "speeds_of"]
