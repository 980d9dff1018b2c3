"""Selfcheck: the grader's own functions on a student's machine, with the public form of the assignment.

First the files are read, without Keras; then the code runs once, as in grading, but without the sandbox. Nothing here
decides anything that the grader does not decide in the same way.
"""
