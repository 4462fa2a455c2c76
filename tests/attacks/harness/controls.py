"""What each attack achieved in the positive control, kept in controls.json with a fingerprint of what was run."""

import hashlib
import json

from harness.attack import HERE, Attack

FILE = HERE / "controls.json"
ORDINARY = HERE / "course" / "ordinary" / "test_ordinary.py"


def read() -> dict[str, dict]:
    """Attack -> {"file": fingerprint, "achieved": sentences}; an attack that achieved nothing counts as a fault."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def note(attack: Attack, achieved: list[str]) -> None:
    """Keep a control's result."""
    from harness.attack import all_attacks

    known = read() | {attack.id: {"file": fingerprint(attack), "achieved": achieved}}
    existing = {a.id for a in all_attacks()}
    text = json.dumps({name: known[name] for name in sorted(known) if name in existing}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


def fingerprint(attack: Attack) -> str:
    """Of the attack's code, and of the ordinary test beside which it was run; not of what they say of themselves."""
    texts = (attack.text, ORDINARY.read_text(encoding="utf-8"))
    return hashlib.sha256("".join(map(_code, texts)).encode()).hexdigest()[:16]


def _code(text: str) -> str:
    """The text after its docstring."""
    begin, _docstring, code = text.split('"""', 2)
    return begin + code


def is_attack(name: str) -> bool:
    """Whether it succeeds where nothing stands in its way."""
    return bool(read()[name]["achieved"])
