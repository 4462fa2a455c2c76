"""Hidden checks of assignment 12: names."""

import numpy as np

from grader.checks import compare, fine, raises, weight


def compare_rename(student, names, rules, expected):
    """Compare the names, and which array each of them has now: a number that is its place in the state."""
    found = student.interop.rename({name: np.array(float(i)) for i, name in enumerate(names)}, rules)
    compare(list(found), list(expected), f"the names of rename({names}, {rules})")
    for name, origin in expected.items():
        compare(found[name], np.array(float(names.index(origin))), f"{name!r} of rename({names}, {rules})")


class TestRename:
    @weight(1)
    def test_first_rule(self, student, rng):
        """Only the first rule that matches changes a name, whatever the others would make of the result."""
        rules = [("a", "b"), ("b", "c"), ("(.)a", r"\1c"), ("(.)(.)", r"\2\1")]
        compare_rename(
            student, ["a", "b", "xa", "xy", "z"], rules, {"b": "a", "c": "b", "xc": "xa", "yx": "xy", "z": "z"}
        )
        compare_rename(student, ["xa", "xy"], rules[::-1], {"ax": "xa", "yx": "xy"})
        compare_rename(student, ["a", "b"], [("a", "b"), ("b", "a")], {"b": "a", "a": "b"})

    @weight(1)
    def test_whole_names(self, student):
        """A pattern has to match the whole name, and is a regular expression."""
        rules = [("fc", "out"), (r"\d+", "number"), ("a|ab", "x"), (r"w\.b", "wb")]
        names = ["fc", "fc.weight", "my.fc", "12", "12a", "ab", "w.b", "wxb", "FC", "abc", "a.c", "fc\n"]
        renamed = ["out", "fc.weight", "my.fc", "number", "12a", "x", "wb", "wxb", "FC", "abc", "a.c", "fc\n"]
        expected = dict(zip(renamed, names, strict=True))
        compare_rename(student, names, rules, expected)

    @weight(1)
    def test_groups(self, student):
        """A replacement uses the groups of its pattern, by number or by name, and may repeat them."""
        rules = [
            (r"h\.(\d+)\.(w|b)", r"layers.\1.\2"),
            (r"(?P<part>[a-z]+)/(\d+)", r"\g<2>.\g<part>"),
            (r"(..)", r"\1\1"),
            ("dot", r"a.b"),
        ]
        names = ["h.0.w", "h.10.b", "q/3", "ab", "dot"]
        compare_rename(student, names, rules, dict(zip(["layers.0.w", "layers.10.b", "3.q", "abab", "a.b"], names)))

    @weight(0.5)
    def test_leaves_out(self, student):
        """A rule without a replacement leaves an array out, and an empty replacement does not."""
        rules = [(r".*\.count", None), ("a", ""), (r"b\.(.*)", None)]
        compare_rename(student, ["x.count", "a", "b.c", "counter"], rules, {"": "a", "counter": "counter"})
        compare_rename(student, ["x.count"], rules, {})
        compare_rename(student, ["x"], [], {"x": "x"})

    @weight(1)
    def test_collisions(self, student):
        """Two arrays with the same new name are refused, also if one of them keeps its name; both are named."""
        compare_rename(student, ["a", "b"], [("a", "c")], {"c": "a", "b": "b"})
        for names, rules in (
            (["a1", "a2"], [(r"a\d", "a")]),
            (["a", "keep"], [("a", "keep")]),
            (["keep", "a"], [("a", "keep")]),
        ):
            with raises(ValueError, doing=f"rename({names}, {rules})", naming=tuple(names)):
                student.interop.rename({name: np.zeros(1) for name in names}, rules)

    @fine
    @weight(0.5)
    def test_arrays_stay(self, student):
        """The arrays are the very same ones, the state is as it was, and rules may be any iterable."""
        compare(student.inside.renamed_facts(), [True, True, True], "`same arrays, same state, rules from a generator`")
