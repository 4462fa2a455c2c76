"""What PyTorch answered to small cases of each assignment.

Where there is no PyTorch, the reference is compared with it.

case       a case, its results, and the file of both
cases      the cases of one assignment, `assignments/NN_slug/recordings/cases.py`
play       asks a framework one case
ours       a framework with this course's interface, as `play` needs it
pytorch    the same for PyTorch; the only file that imports it
"""
