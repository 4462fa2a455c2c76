"""Cases that PyTorch and the reference can both be asked, and what PyTorch answered.

case       a case, its results, and the file of both
activations, layers, losses, optimizers, schedules
           the cases
cases      all of them
play       asks a framework one case
ours       a framework with this course's interface, as `play` wants it
pytorch    the same of PyTorch; the only file that needs it
"""
