"""A quick look at whether a document keeps its schema agrees with the whole validator, whatever the document."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.documents import _RULES, _WORDS, UnknownRule, _keeps, first_breach, keeps

ROOT = Path(__file__).resolve().parents[1] / "grader"
SCHEMAS = {str(path.relative_to(ROOT)): path for path in sorted(ROOT.rglob("*schema.json"))}
RULES = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in SCHEMAS.items()}

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 6), st.sampled_from([0.0, 0.5, 1.0, -1.0, 1e9, float("nan"), float("inf")]),
    st.sampled_from(["", "a", "01", "x" * 70, "nn.py", "Linear", "visible", "passed", "text"]),
)  # fmt: skip
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["title", "points", "x"]), inner, max_size=3), max_leaves=6)


def documents(rules, root):
    """Documents that mostly keep the rules, with a part here and there that need not."""
    if "$ref" in rules:
        return documents(root["$defs"][rules["$ref"].rpartition("/")[2]], root)
    if "oneOf" in rules:
        return st.one_of([documents(way, root) for way in rules["oneOf"]]) | ANYTHING
    if "enum" in rules or "const" in rules:
        return st.sampled_from(rules.get("enum") or [rules["const"]]) | SCALARS
    if "properties" in rules:
        known = {name: documents(part, root) for name, part in rules["properties"].items()}
        must = {name: known.pop(name) for name in rules.get("required", ()) if name in known}
        usual = st.fixed_dictionaries(must, optional=known)
        return st.one_of(usual, usual, usual, st.fixed_dictionaries({}, optional=must | {"more": ANYTHING}), ANYTHING)
    if "items" in rules:
        return st.lists(documents(rules["items"], root), max_size=3) | ANYTHING
    if isinstance(more := rules.get("additionalProperties"), dict):
        return st.dictionaries(st.sampled_from(["nn.py", "nn/linear.py", "Nn", ""]), documents(more, root), max_size=2) | ANYTHING
    kinds = {"number": st.floats() | st.integers(-9, 9), "integer": st.integers(-9, 9) | st.floats(), "string": st.text(max_size=9)}
    return kinds.get(str(rules.get("type")), SCALARS) | SCALARS


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_the_quick_look_and_the_whole_validator_agree(name, data):
    document = data.draw(documents(RULES[name], RULES[name]))

    valid = jsonschema.Draft202012Validator(RULES[name]).is_valid(document)

    try:
        assert _keeps(document, RULES[name], RULES[name]) == valid
    except UnknownRule:  # then the whole validator is asked
        assert not keeps(document, RULES[name])
    assert (first_breach(document, SCHEMAS[name]) is None) == valid


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_quick_look_knows_every_rule_of_our_schemas(name):
    """Else every grading would wait for the whole validator."""
    words = set()

    def look(rules):
        words.update(rules)
        several = (*rules.get("properties", {}).values(), *rules.get("$defs", {}).values(), *rules.get("oneOf", ()))
        single = (rules.get(word) for word in ("items", "additionalProperties", "propertyNames"))
        for part in (*several, *single):
            if isinstance(part, dict):
                look(part)

    look(RULES[name])
    assert words <= _RULES.keys() | _WORDS


@pytest.mark.parametrize("rules", [{"patternProperties": {}}, {"items": {"if": {}}}, {"$ref": "other.json"}, {"enum": [1]}, {"uniqueItems": True}])
def test_a_rule_that_is_not_known_is_left_to_the_whole_validator(rules):
    assert not keeps([1], rules)


def test_a_true_or_one_in_a_list_of_values_is_not_confused(tmp_path):
    (tmp_path / "s.json").write_text('{"enum": [1]}')

    assert first_breach(1, tmp_path / "s.json") is None
    assert first_breach(True, tmp_path / "s.json") is not None


def test_a_right_document_is_accepted_without_the_import_of_the_validator():
    code = (
        "import sys; from pathlib import Path; from grader.assignment import Course;"
        f"Course.load(Path({str(ROOT.parent)!r})); print('jsonschema' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_document_that_is_deeper_than_the_stack_is_refused_and_not_a_crash():
    deep: list = []
    for _ in range(3000):
        deep = [deep]

    assert not keeps(deep, {"$defs": {"d": {"type": "array", "items": {"$ref": "#/$defs/d"}}}, "$ref": "#/$defs/d"})
