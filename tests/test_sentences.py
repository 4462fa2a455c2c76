"""Every sentence that a student may read: its length, and of the banks' questions that none gives the answer away."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from grader.assignment import Course, Misconception, Variants, read_misconceptions
from grader.release.sentences import Sentence, listed, sentences

ROOT = Path(__file__).resolve().parents[1]
COURSE = Course.load(ROOT)
REFERENCE = Variants(COURSE)
BANKS = {a.number: read_misconceptions(a.folder) for a in COURSE.assignments}
NUMBERS = sorted(BANKS)
LONGEST = 160  # words; more is a page of a book, and not what is wrong
MOST = 4  # wrong answers to one question about one function
# Pieces of code in a question: what is called or reached, names of several words, and operators that a formula needs.
CODE = re.compile(r"[A-Za-z_][\w.]*(?=\()|\b[A-Za-z]\w*(?:\.\w+)+\b|\b[A-Za-z]\w*_\w+\b|@|\*\*")
EQUALS = re.compile(r"(?<![<>=!])=(?!=)")
OPERATION = re.compile(r"[\w)\]][-+*/]+[\w(]")
TAUTOLOGY = re.compile(r"(?:An? |The )?(\w+) (?:is|are) (?:an? |the )?\1\.", re.IGNORECASE)
# Questions about different functions of one component, with beliefs that differ. Each has its reason.
CONTRACT = "the contract gives one answer for all parts, and each belief names its part"
FRAMEWORK = "the same slip of Python or NumPy, in several functions"
SIDES = "one question has to be answered on both ways: forward and backward, or written and read"
SHARED = {
    "A tensor of two axes has no axis 2: what would NumPy do?": FRAMEWORK,
    "At which time is the last step of the reverse cell?": SIDES,
    "Does a reader get back what was saved?": CONTRACT,
    "From which end are equal entries looked at?": CONTRACT,
    "From which rate do you compute the next one, and which factors are in it already?": CONTRACT,
    "How many turns does your loop take for 256 images?": CONTRACT,
    "In PyTorch's weights, which gate has the first block?": CONTRACT,
    "In which order are the layers drawn?": CONTRACT,
    "In which order are the parts drawn?": CONTRACT,
    "In which order did forward cut the blocks?": SIDES,
    "In which order do the three come?": CONTRACT,
    "In which order does the handout's pair name the directions?": CONTRACT,
    "Is 0 a row, or is it nothing?": FRAMEWORK,
    "Is there a difference between no gradient, and a gradient of zeros?": CONTRACT,
    "Two schedulers act on one optimizer: what is left of the work of the one that stepped first?": CONTRACT,
    "What are positions for?": CONTRACT,
    "What besides its parameters does a model need to give the same results again?": SIDES,
    "What does None mean?": CONTRACT,
    "What else does the docstring allow?": SIDES,
    "What if f writes into the array that it is given?": FRAMEWORK,
    "What does a loss return?": CONTRACT,
    "What does evaluation divide by?": SIDES,
    "What does the handout say about an axis that is left out?": CONTRACT,
    "What exactly is multiplied by r?": SIDES,
    "What is exp(1e4)?": FRAMEWORK,
    "What is in a new array before you add to it?": FRAMEWORK,
    "What is the derivative of x²?": FRAMEWORK,
    "Where is byte 0 of the offsets?": SIDES,
    "Where is the minus sign in (1)?": SIDES,
    "Which byte of the length comes first?": SIDES,
    "Which dtype does y have?": CONTRACT,
    "Which error does the contract want for a broken file?": CONTRACT,
    "Which forward does backward belong to?": CONTRACT,
    "Which function does the cell bend its sum with?": SIDES,
    "Which of the parts draws first?": CONTRACT,
    "Which parameters are listed?": CONTRACT,
    "Which shapes does the table name?": CONTRACT,
    "Which sizes are refused?": CONTRACT,
    "Whose array is dy after your backward?": CONTRACT,
    "Whose array is x?": CONTRACT,
    "Whose dict is it?": CONTRACT,
    "Whose mask counts in a forward that is given none?": CONTRACT,
}


@pytest.fixture(scope="module")
def found() -> list[Sentence]:
    return list(sentences(COURSE))


def test_the_list_has_sentences_of_every_kind(found, run):
    status, printed, _ = run("release", "sentences", course=ROOT)

    assert {s.kind for s in found} == {"check", "belief", "question", "convention", "law", "pattern", "error"}
    assert (status, printed) == (0, listed(found))
    assert "pattern    patterns.py:" in printed
    assert sum(s.kind == "belief" for s in found) == sum(map(len, BANKS.values()))


def test_a_message_that_is_put_together_stands_in_the_list_as_it_will_read(found):
    assert any(s.text == "Only {which} along axis {axis} is wrong." for s in found)
    assert any(s.text.startswith("y of {name} has exactly") or "{name}" in s.text for s in found if s.kind == "law")


def test_every_sentence_is_short(found):
    assert {s for s in found if len(s.text.split()) > LONGEST} == set()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_sentence_says_more_than_that_a_thing_is_itself(number):
    assert [one.name for one in BANKS[number] if TAUTOLOGY.fullmatch(one.belief)] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_a_question_does_not_contain_its_answer(number):
    assert {one.name: gift for one in BANKS[number] if (gift := given_away(one))} == {}


@pytest.mark.parametrize("number", NUMBERS)
def test_beliefs_that_differ_have_different_questions_unless_there_is_a_reason(number):
    """Several wrong answers to one question about one function are its reason."""
    asked = defaultdict(set)
    for one in BANKS[number]:
        for component in one.components:
            asked[component, one.hint].add((one.target, one.belief))
    for (component, question), beliefs in asked.items():
        targets = [target for target, _belief in beliefs]
        assert len(set(targets)) == 1 or question in SHARED, f"{component}: {question}"
        assert max(map(targets.count, targets)) <= MOST, f"{component}: {question}"


def test_every_question_with_a_reason_is_asked():
    assert set(SHARED) <= {one.hint for bank in BANKS.values() for one in bank}


@pytest.mark.parametrize(
    ("hint", "gift"),
    [
        ("Why not np.add(x, 1)?", ["np.add"]),
        ("Is y = x + 1 what you compute?", ["x+1"]),
        ("What is x + 1 for x = 2?", []),
        ("What does np.subtract(2, 1) give?", []),  # the wrong answer has it
    ],
)
def test_an_answer_is_found_in_a_question(hint, gift):
    assert gifts(hint, {"return np.add(x, 1)", "y = x + 1"}, "return np.subtract(x, 1)", public="") == gift


def given_away(one: Misconception) -> list[str]:
    """What a question has of the lines that the wrong answer lacks, and that no student could know otherwise."""
    file, name = REFERENCE.place(one.target)
    right, wrong = bare_code(node_of(REFERENCE.trees[file], name)), bare_code(one.node)
    return gifts(one.hint, set(right.split("\n")) - set(wrong.split("\n")), wrong, public_text(file))


def gifts(hint: str, lines: set[str], wrong: str, public: str) -> list[str]:
    code = "\n".join(lines)
    pieces = [p for p in CODE.findall(hint) if p in code and p not in wrong and p not in public]
    formulas = [beginning(no_spaces(hint[at.end() :]), no_spaces(code)) for at in EQUALS.finditer(hint)]
    return pieces + [f for f in formulas if OPERATION.search(f) and f not in no_spaces(public)]


def beginning(text: str, code: str) -> str:
    """As much of a text from its beginning as the code contains."""
    return next(text[:end] for end in range(len(text), -1, -1) if text[:end] in code)


def node_of(tree: ast.Module, name: str) -> ast.stmt:
    node: ast.stmt | ast.Module = tree
    for part in name.split("."):
        node = next((n for n in node.body if getattr(n, "name", None) == part), node)  # else a base class has it
    return node


def bare_code(node: ast.stmt) -> str:
    """The code of a function or class without decorators, docstrings and comments, one statement on a line."""
    node = ast.parse(ast.unparse(node)).body[0]
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            part.decorator_list = []
            part.body = part.body[1:] or [ast.Pass()] if ast.get_docstring(part) else part.body
    return ast.unparse(node)


def public_text(file: str) -> str:
    """What students have of it: the handout and the stub, without what an answer may be compared by chance."""
    handout = (COURSE.owners[file].folder / "README.md").read_text(encoding="utf-8") if file in COURSE.owners else ""
    return handout + COURSE.stubs[file]


def no_spaces(text: str) -> str:
    return "".join(text.split())
