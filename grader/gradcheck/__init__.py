"""Numerical gradient checking in three forward calls, with a step and tolerances that follow from the dtype.

The quantity compared is one number: <c, (f(a + h u) - f(a - h u)) / 2h> against <G, u>, with c a random cotangent, u a random direction over
all arguments at once and G the gradients under test. A random direction sees every wrong element (a factor that happens to cancel
has probability zero); entries of c and u are +-U(0.5, 1.5), since plain signs cancel in pairs and normal ones leave some near 0.

A trial (one round trip where the code under test is in another process) gives f, G and f at the wanted points. Verdict, in order:

1   one direction. The residual is within what rounding and curvature explain: pass.
1b  else the base point is moved a little, twice at most. What came from a kink vanishes, an error stays.
2   else single elements are measured, and only an element that is clearly wrong fails the check; or a forward that jumps,
    or gives other values for the same input.

The design (direction, kink estimate, localisation) follows central differences with the rounding model of Higham, Accuracy and Stability of
Numerical Algorithms (2002), sec. 1.14 and 3; the subgradient interval at a kink is that of Caffe's gradient checker.
"""

from grader.gradcheck.check import check_gradients, cotangent_like
from grader.gradcheck.trial import Arrays, Evaluation, GradientError, RoughForward, Trial

__all__ = ["Arrays", "Evaluation", "GradientError", "RoughForward", "Trial", "check_gradients", "cotangent_like"]
