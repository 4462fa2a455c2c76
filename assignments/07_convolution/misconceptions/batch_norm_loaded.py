"""What people believe about running averages that are loaded."""

from grader.assignment import misconception


@misconception(
    "nn.BatchNorm2d",
    hint="The module is evaluated, loads another state, and is evaluated again: which averages count?",
    fails=("BatchNorm2d/test_several_batches",),
    source="a reader of the handout",
)
class averages_are_fixed_in_evaluation:
    """Only training changes the running averages, so evaluation takes a copy of them at its first forward."""

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.num_features:
            wanted = f"(N, {self.num_features}, H, W)"
            raise ValueError(f"x of BatchNorm2d has shape {x.shape}, but should have shape {wanted}")
        n, channels, height, width = self._shape = x.shape
        flat = x.reshape(n, channels, height * width)
        if self.training or self.running_mean is None:
            self._frozen = None
            return super().forward(flat).reshape(x.shape)
        now = self.running_mean, self.running_var
        if getattr(self, "_frozen", None) is None:
            self._frozen = tuple(average.copy() for average in now)
        self.running_mean, self.running_var = self._frozen
        y = super().forward(flat).reshape(x.shape)
        self.running_mean, self.running_var = now
        return y
