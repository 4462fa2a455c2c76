"""What people believe about how the scale changes, and what is saved of it."""

from grader.assignment import misconception
from reference.amp.grad_scaler import LARGEST


@misconception(
    "amp.GradScaler.update",
    hint="After an overflow, how many updates without one come before the scale grows?",
    fails=(
        "GradScaler/test_worked_example",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_several_optimizers",
        "GradScaler/test_resumes",
    ),
    source="folklore",
)
def overflow_keeps_the_count(self, new_scale=None):
    """An overflow does not change how many updates went well."""
    if not self._enabled:
        return
    if new_scale is not None:
        self._scale = float(new_scale)
    elif not self._overflowed:
        raise RuntimeError("update came first")
    elif any(self._overflowed.values()):
        self._scale *= self._backoff_factor
    else:
        self._count_success()
    self._overflowed, self._stepped = {}, set()


@misconception(
    "amp.GradScaler.update",
    hint="Two optimizers: whose overflow lowers the scale?",
    fails=("GradScaler/test_several_optimizers",),
    source="folklore",
)
def last_optimizer_decides(self, new_scale=None):
    """The scale follows the last optimizer."""
    if not self._enabled:
        return
    if new_scale is not None:
        self._scale = float(new_scale)
    elif not self._overflowed:
        raise RuntimeError("update came first")
    elif list(self._overflowed.values())[-1]:
        self._scale *= self._backoff_factor
        self._growth_tracker = 0
    else:
        self._count_success()
    self._overflowed, self._stepped = {}, set()


@misconception(
    "amp.GradScaler.update",
    hint="Two optimizers in one update: how many updates is that?",
    fails=("GradScaler/test_several_optimizers",),
    source="folklore",
)
def every_optimizer_counts(self, new_scale=None):
    """The scale changes once for each optimizer."""
    if not self._enabled:
        return
    if new_scale is not None:
        self._scale = float(new_scale)
    elif not self._overflowed:
        raise RuntimeError("update came first")
    else:
        for overflowed in self._overflowed.values():
            if overflowed:
                self._scale *= self._backoff_factor
                self._growth_tracker = 0
            else:
                self._count_success()
    self._overflowed, self._stepped = {}, set()


@misconception(
    "amp.GradScaler.update",
    hint="What is there to adapt to, before the first step?",
    fails=("GradScaler/test_order",),
    source="folklore",
)
def update_may_come_first(self, new_scale=None):
    """An update without a step is one without overflow."""
    if not self._enabled:
        return
    if new_scale is not None:
        self._scale = float(new_scale)
    elif any(self._overflowed.values()):
        self._scale *= self._backoff_factor
        self._growth_tracker = 0
    else:
        self._count_success()
    self._overflowed, self._stepped = {}, set()


@misconception(
    "amp.GradScaler.update",
    hint="Two updates went well before the new scale was set: how many went well now?",
    fails=("GradScaler/test_new_scale",),
    source="folklore",
)
def new_scale_begins_anew(self, new_scale=None):
    """A new scale sets the count back."""
    if not self._enabled:
        return
    if new_scale is not None:
        self._scale, self._growth_tracker = float(new_scale), 0
    elif not self._overflowed:
        raise RuntimeError("update came first")
    elif any(self._overflowed.values()):
        self._scale *= self._backoff_factor
        self._growth_tracker = 0
    else:
        self._count_success()
    self._overflowed, self._stepped = {}, set()


@misconception(
    "amp.GradScaler._count_success",
    hint="The scale has grown: after how many updates does it grow again?",
    fails=(
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_default_interval",
        "GradScaler/test_resumes",
    ),
    source="folklore",
)
def grows_ever_after(self):
    """After so many updates the scale grows with every one."""
    self._growth_tracker += 1
    if self._growth_tracker >= self._growth_interval and self._scale * self._growth_factor <= LARGEST:
        self._scale *= self._growth_factor


@misconception(
    "amp.GradScaler._count_success",
    hint="With an interval of 1, after which update does the scale grow?",
    fails=(
        "GradScaler/test_worked_example",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_default_interval",
        "GradScaler/test_several_optimizers",
        "GradScaler/test_resumes",
        "GradScaler/test_new_scale",
        "GradScaler/test_largest_scale",
    ),
    source="folklore",
)
def grows_one_later(self):
    """The scale grows when more updates than the interval went well."""
    self._growth_tracker += 1
    if self._growth_tracker > self._growth_interval:
        self._growth_tracker = 0
        if self._scale * self._growth_factor <= LARGEST:
            self._scale *= self._growth_factor


@misconception(
    "amp.GradScaler._count_success",
    hint="If the scale never grows, what do small gradients become?",
    fails=(
        "GradScaler/test_worked_example",
        "GradScaler/test_scale_follows_its_equation",
        "GradScaler/test_options_together",
        "GradScaler/test_default_interval",
        "GradScaler/test_several_optimizers",
        "GradScaler/test_resumes",
        "GradScaler/test_new_scale",
        "GradScaler/test_largest_scale",
    ),
    source="folklore",
)
def never_grows(self):
    """A scale that is small enough can stay."""
    self._growth_tracker += 1


@misconception(
    "amp.GradScaler._count_success",
    hint="What is twice the largest float32?",
    fails=("GradScaler/test_largest_scale",),
    source="folklore",
)
def grows_without_end(self):
    """There is no largest scale."""
    self._growth_tracker += 1
    if self._growth_tracker == self._growth_interval:
        self._growth_tracker = 0
        self._scale *= self._growth_factor


@misconception(
    "amp.GradScaler._count_success",
    hint="Which option says how much the scale grows?",
    fails=(
        "GradScaler/test_options_together",
        "GradScaler/test_resumes",
    ),
    source="folklore",
)
def always_doubles(self):
    """The scale doubles."""
    self._growth_tracker += 1
    if self._growth_tracker == self._growth_interval:
        self._growth_tracker = 0
        if self._scale * 2 <= LARGEST:
            self._scale *= 2


@misconception(
    "amp.GradScaler.__init__",
    hint="What are PyTorch's defaults?",
    fails=(
        "GradScaler/test_defaults",
        "GradScaler/test_default_interval",
    ),
    source="folklore",
)
def grows_every_thousand(
    self, init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=1000, enabled=True
):
    """The scale grows every thousand updates."""
    self._enabled = enabled
    self._scale = float(init_scale)
    self._growth_factor, self._backoff_factor, self._growth_interval = growth_factor, backoff_factor, growth_interval
    if not (init_scale > 0 and growth_factor > 1 and 0 < backoff_factor < 1 and growth_interval >= 1):
        raise ValueError("these options cannot be")
    self._growth_tracker = 0
    self._overflowed, self._stepped = {}, set()


@misconception(
    "amp.GradScaler.__init__",
    hint="What would a growth_factor below 1 do?",
    fails=("GradScaler/test_refuses",),
    source="folklore",
)
def any_options_will_do(
    self, init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True
):
    """Options are taken as they come."""
    self._enabled = enabled
    self._scale = float(init_scale)
    self._growth_factor, self._backoff_factor, self._growth_interval = growth_factor, backoff_factor, growth_interval
    self._growth_tracker = 0
    self._overflowed, self._stepped = {}, set()


@misconception(
    "amp.GradScaler.state_dict",
    hint="A training is resumed one update before the scale would have grown: when does it grow?",
    fails=(
        "GradScaler/test_resumes",
        "GradScaler/test_new_scale",
    ),
    source="folklore",
)
def state_is_the_scale(self):
    """All that counts is the scale and its options."""
    if not self._enabled:
        return {}
    return {
        "scale": self._scale,
        "growth_factor": self._growth_factor,
        "backoff_factor": self._backoff_factor,
        "growth_interval": self._growth_interval,
        "_growth_tracker": 0,
    }


@misconception(
    "amp.GradScaler.load_state_dict",
    hint="What else is in the state?",
    fails=("GradScaler/test_resumes",),
    source="folklore",
)
def loads_the_scale_alone(self, state_dict):
    """Options are those of the constructor, only the scale is loaded."""
    if self._enabled:
        if not state_dict:
            raise RuntimeError("an empty state")
        self._scale, self._growth_tracker = state_dict["scale"], state_dict["_growth_tracker"]


@misconception(
    "amp.GradScaler.load_state_dict",
    hint="Who saved an empty state?",
    fails=("GradScaler/test_order",),
    source="folklore",
)
def empty_states_are_fine(self, state_dict):
    """An empty state changes nothing."""
    if self._enabled and state_dict:
        self._scale, self._growth_tracker = state_dict["scale"], state_dict["_growth_tracker"]
        self._growth_factor, self._backoff_factor = state_dict["growth_factor"], state_dict["backoff_factor"]
        self._growth_interval = state_dict["growth_interval"]


@misconception(
    "amp.GradScaler.get_scale",
    hint="By what does a scaler multiply that is not enabled?",
    fails=("GradScaler/test_disabled",),
    source="folklore",
)
def disabled_has_a_scale(self):
    """The scale is there, whether it is used or not."""
    return self._scale


@misconception(
    "amp.GradScaler.is_enabled",
    hint="What does enabled=False say?",
    fails=("GradScaler/test_disabled",),
    source="folklore",
)
def always_enabled(self):
    """A scaler that exists is enabled."""
    return True
