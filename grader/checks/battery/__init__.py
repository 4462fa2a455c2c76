"""What is promised of a kind of thing, written once as laws.

Every member of the kind gets each law as a check of its own.

    class TestELU(ModuleLaws, member=Layer("nn.ELU", options=({"alpha": 2.0},)), points=5):
        @weight(1)
        def test_something_that_only_elu_promises(self, twin): ...

laws       turns a law into a check of each member, with its sentence and its share of the member's points
drawing    inputs, upstream gradients, and how answers are compared if fine print is not the question
members    what the laws need to know about anything with a forward and a backward
answers    what one object gave, forward and backward, and how that is compared with another object's answers
passes     what may not change these answers: another input, another size, a second time
module     the laws of modules
loss       the laws of losses
optimizer  the laws of optimizers
scheduler  the laws of learning-rate schedulers
operation  the laws of operations on tensors

An assignment says which members it has, with which arguments, shapes and inputs, and nothing else.
"""

from grader.checks.battery.drawing import refuse_usual_seeds, signs, upstream, wide
from grader.checks.battery.laws import Battery, law
from grader.checks.battery.loss import Criterion, LossLaws
from grader.checks.battery.module import Layer, ModuleLaws
from grader.checks.battery.operation import Case, Operation, OperationLaws, Refused
from grader.checks.battery.optimizer import OptimizerLaws, Rule
from grader.checks.battery.scheduler import Schedule, SchedulerLaws

__all__ = [
    "Battery", "Case", "Criterion", "Layer", "LossLaws", "ModuleLaws", "Operation", "OperationLaws", "OptimizerLaws",
    "Refused", "Rule", "Schedule", "SchedulerLaws", "law", "refuse_usual_seeds", "signs", "upstream", "wide",
]  # fmt: skip
