"""Law 8: an entry that is left out of the bank is not taken for another one."""

BANK = "assignments/01_scaling/misconceptions/layers.py"
TWICE = '''

@misconception("nn.Scale.forward", hint="Is it the same?", fails=("Scale/test_forward",){more})
def the_factor_is_an_offset(self, x):
    """The factor moves every number."""
    return x + self.factor
'''
ADDED, OFFSET = "layers.the_factor_is_added", "layers.the_factor_is_an_offset"
PAIRS = [
    f"left out of the bank, it is taken for another belief: {one} -> {other}"
    for one, other in ((ADDED, OFFSET), (OFFSET, ADDED))
]


def add(root, more: str = "") -> None:
    path = root / BANK
    path.write_text(path.read_text() + TWICE.format(more=more))


def test_entries_that_are_unlike_each_other_keep_the_law(examine):
    [finding] = examine(8).findings

    assert finding.violations == ()
    assert finding.evidence == "3 of 3 not taken for another"


def test_two_entries_of_one_evidence_are_found(sound_root, violations):
    add(sound_root)

    assert violations(8) == [*PAIRS, "2 of 4 entries are misnamed; 1% may be, with reasons"]


def test_a_convention_of_the_same_numbers_may_be_named(sound_root, violations):
    add(sound_root, ', convention="This is the form in which the factor is added; the contract asks for the product."')

    assert violations(8) == [PAIRS[1]]


def test_an_exception_needs_a_reason(sound_root, violations):
    add(sound_root, ', convention="This is the form in which the factor is added; the contract asks for the product."')
    file = sound_root / "assignments/01_scaling/misnamed.toml"
    name = PAIRS[1].partition(": ")[2]

    file.write_text(f'[[same_mechanism]]\nreason = "Both add."\nentries = ["{name}"]\n')
    assert violations(8) == []

    file.write_text(f'[[same_mechanism]]\nreason = "Both add."\nentries = ["{name}", "a -> b"]\n')
    assert violations(8) == ["misnamed.toml lists what there is not: a -> b"]
