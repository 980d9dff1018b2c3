"""Check: hold a declaration against the allow-list and the assignment's rules, and make plans. No Keras.

Declarations come from student code: whatever they hold gives a plan, or one sentence that says why not.
"""

from netgrade.checking.submission import check, waiting_plans

__all__ = ["check", "waiting_plans"]
