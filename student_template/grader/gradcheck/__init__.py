"""Numerical gradient checking in three forward calls, with a step and tolerances that follow from the dtype.

One number is compared: <c, (f(a + h u) - f(a - h u)) / 2h> with <G, u>. Here c is a random cotangent, u a random
direction over all arguments at once, and G the gradients under test. A random direction sees every wrong element, as
exact cancellation has probability zero. The entries of c and u are +-U(0.5, 1.5): plain signs would cancel in pairs,
and normal numbers leave some entries near 0.

A trial gives f, G and f at the wanted points. It is one round trip if the code under test is in another process. The
verdict has these stages:

1   One direction. If rounding and curvature explain the residual, the check passes.
1b  Else the base point is moved a little, twice at most. What came from a kink vanishes, an error stays.
2   Else single elements are measured. Only an element that is clearly wrong fails the check; or a forward that jumps,
    or gives other values for the same input.

The design (direction, kink estimate, localisation) follows central differences with the rounding model of Higham,
Accuracy and Stability of Numerical Algorithms (2002), sec. 1.14 and 3. The subgradient interval at a kink is that of
Caffe's gradient checker.
"""

from grader.gradcheck.check import check_gradients, cotangent_like
from grader.gradcheck.trial import Arrays, Evaluation, GradientError, RoughForward, Trial

__all__ = ["Arrays", "Evaluation", "GradientError", "RoughForward", "Trial", "check_gradients", "cotangent_like"]
