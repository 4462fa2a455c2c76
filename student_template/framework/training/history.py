"""What a training run leaves behind."""

from dataclasses import dataclass, field


@dataclass
class History:
    """The numbers of a training run, as Python floats, from its first epoch to its last.

    Attributes:
        train_loss: one for each epoch; the mean loss over the examples of the epoch, each as it was in training, before
            the step to which it led.
        validation_loss: one for each epoch; what ``evaluate`` gives for the validation data after it. Empty without
            validation data.
        validation_metric: likewise. Empty without validation data, or without a metric.
        lr: one for each epoch; the learning rate of the optimizer's first group with which it was trained.
        grad_norm: one for each *step*; the 2-norm of all gradients of the model together, before clipping.
        best_epoch: index of the best epoch, counted from 0; None if there is none. ``Trainer.fit`` says what is best.
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_metric: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    grad_norm: list[float] = field(default_factory=list)
    best_epoch: int | None = None
