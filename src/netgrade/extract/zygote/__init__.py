"""Zygote: a Python that has loaded what every submission loads, and of which each run is a fork.

It waits in a sandbox of its own that shows no submission, runs no student code, and reads nothing of a student's. For
each run it forks a keeper; the keeper has bubblewrap make a further sandbox inside, enters it, and forks the process in
which student code then runs: shut in like one that was started afresh, without the seconds that loading Keras takes.

Unlike `extract/child`, what stands here is trusted: student code can change its own copy of it alone.
"""
