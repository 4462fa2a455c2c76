"""What people believe about rules for names."""

import re

from grader.assignment import misconception
from reference.interop.renaming import _renamed


@misconception(
    "interop.renaming._renamed",
    hint="Does fc match fc.weight?",
    fails=(
        "Rename/test_worked_example",
        "Rename/test_whole_names",
        "Rename/test_groups",
    ),
    source="folklore",
)
def the_beginning_has_to_match(name, rules):
    """re.match tells whether a name matches."""
    for pattern, replacement in rules:
        match = re.match(pattern, name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="Does fc match my.fc?",
    fails=(
        "Rename/test_worked_example",
        "MLP/test_round_trip",
        "Rename/test_first_rule",
        "Rename/test_whole_names",
        "Rename/test_groups",
    ),
    source="folklore",
)
def any_part_may_match(name, rules):
    """A rule counts where its pattern is found."""
    for pattern, replacement in rules:
        match = re.search(pattern, name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="Which part of a name has to match?",
    fails=(
        "Rename/test_worked_example",
        "MLP/test_round_trip",
        "Rename/test_first_rule",
        "Rename/test_whole_names",
        "Rename/test_groups",
    ),
    source="folklore",
)
def patterns_are_replaced_within_names(name, rules):
    """A rule replaces what it finds in a name."""
    for pattern, replacement in rules:
        if re.search(pattern, name):
            return None if replacement is None else re.sub(pattern, replacement, name)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="One rule makes b of a, and another one c of b: what becomes of a?",
    fails=("Rename/test_first_rule",),
    source="folklore",
)
def all_rules_apply(name, rules):
    """Rules apply one after the other, each to what the one before has made."""
    for pattern, replacement in rules:
        match = re.fullmatch(pattern, name)
        if match:
            if replacement is None:
                return None
            name = match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="Which of two rules that match counts?",
    fails=(
        "Rename/test_worked_example",
        "CNN/test_recorded",
        "CNN/test_prefix",
        "Rename/test_first_rule",
    ),
    source="folklore",
)
def the_last_rule_counts(name, rules):
    """A later rule overrides an earlier one."""
    for pattern, replacement in reversed(list(rules)):
        match = re.fullmatch(pattern, name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="What stays?",
    fails=(
        "Rename/test_worked_example",
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "SentenceEncoder/test_refuses",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_missing",
        "EncoderFromTorch/test_memory",
        "EncoderFromTorch/test_refuses",
        "MLP/test_missing",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_counts",
        "GPT/test_missing",
        "Rename/test_first_rule",
        "Rename/test_whole_names",
        "Rename/test_leaves_out",
        "Rename/test_collisions",
        "Rename/test_arrays_stay",
    ),
    source="folklore",
)
def unmatched_names_are_left_out(name, rules):
    """What no rule names is not wanted."""
    for pattern, replacement in rules:
        match = re.fullmatch(pattern, name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return None


@misconception(
    "interop.renaming._renamed",
    hint="What does a rule without a replacement do?",
    fails=(
        "Rename/test_worked_example",
        "CNN/test_recorded",
        "GPT/test_recorded",
        "SentenceEncoder/test_recorded",
        "EncoderFromTorch/test_other_names",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_prefix",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_memory",
        "GPT/test_missing",
        "GPT/test_refuses",
        "GPT/test_heads",
        "GPT/test_refuses_heads",
        "Rename/test_leaves_out",
    ),
    source="folklore",
)
def none_keeps_the_name(name, rules):
    """None means no other name."""
    for pattern, replacement in rules:
        match = re.fullmatch(pattern, name)
        if match:
            return name if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="What does \\1 mean in a replacement?",
    fails=(
        "Rename/test_worked_example",
        "MLP/test_recorded",
        "CNN/test_recorded",
        "GPT/test_recorded",
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "SentenceEncoder/test_refuses",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_missing",
        "EncoderFromTorch/test_memory",
        "EncoderFromTorch/test_refuses",
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
        "MLP/test_memory",
        "MLP/test_missing",
        "MLP/test_refuses",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_prefix",
        "CNN/test_counts",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_memory",
        "GPT/test_missing",
        "GPT/test_refuses",
        "GPT/test_heads",
        "GPT/test_head",
        "GPT/test_refuses_heads",
        "Rename/test_first_rule",
        "Rename/test_groups",
    ),
    source="folklore",
)
def replacements_are_plain(name, rules):
    """A replacement is the new name."""
    for pattern, replacement in rules:
        match = re.fullmatch(pattern, name)
        if match:
            return None if replacement is None else replacement
    return name


@misconception(
    "interop.renaming._renamed",
    hint="What does a dot match?",
    fails=(
        "Rename/test_worked_example",
        "MLP/test_recorded",
        "CNN/test_recorded",
        "GPT/test_recorded",
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "SentenceEncoder/test_refuses",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_missing",
        "EncoderFromTorch/test_memory",
        "EncoderFromTorch/test_refuses",
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
        "MLP/test_memory",
        "MLP/test_missing",
        "MLP/test_refuses",
        "CNN/test_sizes",
        "CNN/test_step",
        "CNN/test_float32",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "CNN/test_missing",
        "CNN/test_refuses",
        "CNN/test_prefix",
        "CNN/test_counts",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_memory",
        "GPT/test_missing",
        "GPT/test_refuses",
        "GPT/test_heads",
        "GPT/test_head",
        "GPT/test_refuses_heads",
        "Rename/test_first_rule",
        "Rename/test_whole_names",
        "Rename/test_groups",
        "Rename/test_leaves_out",
        "Rename/test_collisions",
    ),
    source="folklore",
)
def patterns_are_plain(name, rules):
    """A pattern is the old name."""
    for pattern, replacement in rules:
        match = re.fullmatch(re.escape(pattern), name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="What does a dot match in a regular expression?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_float32",
        "SentenceEncoder/test_refuses",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_missing",
        "EncoderFromTorch/test_memory",
        "EncoderFromTorch/test_refuses",
    ),
    source="folklore",
)
def dots_are_plain(name, rules):
    """A dot in a pattern is a dot."""
    for pattern, replacement in rules:
        match = re.fullmatch(pattern.replace("(.)", "([^.])").replace("|", "$|") if "|" in pattern else pattern, name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="Is LayerNorm layernorm?",
    fails=("Rename/test_whole_names",),
    source="folklore",
)
def case_does_not_matter(name, rules):
    """Names differ in more than their case."""
    for pattern, replacement in rules:
        match = re.fullmatch(pattern, name, re.IGNORECASE)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.rename",
    hint="How does None differ from an empty text?",
    fails=("Rename/test_leaves_out",),
    source="folklore",
)
def empty_names_are_left_out(state, rules):
    """An empty name is none."""
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if not new:
            continue
        if new in origins:
            raise ValueError(f"{origins[new]!r} and {name!r} would both be called {new!r}")
        origins[new] = name
    return {new: state[name] for new, name in origins.items()}


@misconception(
    "interop.rename",
    hint="Where is the other array now?",
    fails=("Rename/test_collisions",),
    source="folklore",
)
def the_last_of_two_counts(state, rules):
    """If two arrays get one name, the last one counts."""
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        origins[new] = name
    return {new: state[name] for new, name in origins.items()}


@misconception(
    "interop.rename",
    hint="What about a name that stays as it is?",
    fails=("Rename/test_collisions",),
    source="folklore",
)
def only_renamed_names_meet(state, rules):
    """Two rules may not give one name."""
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        if new in origins and new != name and new != origins[new]:
            raise ValueError(f"{origins[new]!r} and {name!r} would both be called {new!r}")
        origins[new] = name
    return {new: state[name] for new, name in origins.items()}


@misconception(
    "interop.rename",
    hint="Which two arrays meet?",
    fails=("Rename/test_collisions",),
    source="folklore",
)
def one_name_is_told(state, rules):
    """The error tells the new name."""
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        if new in origins:
            raise ValueError(f"two arrays would be called {new!r}")
        origins[new] = name
    return {new: state[name] for new, name in origins.items()}


@misconception(
    "interop.rename",
    hint="What does the docstring say of the arrays?",
    fails=("Rename/test_arrays_stay",),
    source="folklore",
)
def arrays_are_copied(state, rules):
    """A new dict has new arrays."""
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        if new in origins:
            raise ValueError(f"{origins[new]!r} and {name!r} would both be called {new!r}")
        origins[new] = name
    return {new: state[name].copy() for new, name in origins.items()}


@misconception(
    "interop.rename",
    hint="Whose dict is it?",
    fails=(
        "MLP/test_sizes",
        "MLP/test_step",
        "MLP/test_float32",
        "MLP/test_round_trip",
        "MLP/test_memory",
        "MLP/test_refuses",
        "CNN/test_round_trip",
        "CNN/test_memory",
        "GPT/test_sizes",
        "GPT/test_step",
        "GPT/test_float32",
        "GPT/test_round_trip",
        "GPT/test_memory",
        "GPT/test_refuses",
        "GPT/test_heads",
        "GPT/test_head",
        "GPT/test_refuses_heads",
        "Rename/test_arrays_stay",
    ),
    source="folklore",
)
def the_state_is_renamed(state, rules):
    """The state itself gets the new names."""
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        if new in origins:
            raise ValueError(f"{origins[new]!r} and {name!r} would both be called {new!r}")
        origins[new] = name
    found = {new: state[name] for new, name in origins.items()}
    state.clear()
    state.update(found)
    return found


@misconception(
    "interop.rename",
    hint="What is left of a generator after the first name?",
    fails=("Rename/test_arrays_stay",),
    source="folklore",
)
def rules_are_a_list(state, rules):
    """Rules can be read as often as wanted."""
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        if new in origins:
            raise ValueError(f"{origins[new]!r} and {name!r} would both be called {new!r}")
        origins[new] = name
    return {new: state[name] for new, name in origins.items()}


@misconception(
    "interop.rename",
    hint="In which order are the names of the state?",
    fails=(
        "Rename/test_first_rule",
        "Rename/test_whole_names",
        "Rename/test_groups",
        "Rename/test_collisions",
    ),
    source="folklore",
)
def names_come_in_order(state, rules):
    """A dict of names is sorted."""
    rules = list(rules)
    origins: dict[str, str] = {}
    for name in state:
        new = _renamed(name, rules)
        if new is None:
            continue
        if new in origins:
            raise ValueError(f"{origins[new]!r} and {name!r} would both be called {new!r}")
        origins[new] = name
    return {new: state[name] for new, name in sorted(origins.items())}


@misconception(
    "interop.renaming._renamed",
    hint="How far does the | of a|ab$ reach?",
    fails=("Rename/test_whole_names",),
    source="a reader of the handout",
)
def a_dollar_is_the_end(name, rules):
    """With a $ behind it, a pattern matches the whole name."""
    for pattern, replacement in rules:
        match = re.match(f"{pattern}$", name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name


@misconception(
    "interop.renaming._renamed",
    hint="Which white space can a name end with?",
    fails=("Rename/test_whole_names",),
    source="a reader of the handout",
)
def a_dollar_after_a_group_is_the_end(name, rules):
    """In brackets and with a $ behind it, a pattern matches the whole name."""
    for pattern, replacement in rules:
        match = re.match(f"(?:{pattern})$", name)
        if match:
            return None if replacement is None else match.expand(replacement)
    return name
