"""What PyTorch answered to small cases, beside each assignment; the reference is held to it where there is no PyTorch.

case       a case, its results, and the file of both
cases      the cases of one assignment, `assignments/NN_slug/recordings/cases.py`
play       asks a framework one case
ours       a framework with this course's interface, as `play` wants it
pytorch    the same of PyTorch; the only file that needs it
"""
