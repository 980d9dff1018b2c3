"""Style: measure the images of a submission. They are data by now, and no student code runs here."""

from netgrade.style.task import given_pictures, measure_styles

__all__ = ["given_pictures", "measure_styles"]
