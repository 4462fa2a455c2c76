"""Where in a student's code something happened, in names that were known before the code ran."""

from collections.abc import Mapping, Sequence
from inspect import isfunction
from types import ModuleType

from grader.assignment.holes import is_private
from grader.calls import follow


def function_of(error: BaseException, reference: ModuleType, holes: Mapping[str, Sequence[str]]) -> str:
    """The innermost function of an exception's traceback that students are asked to write, as in "Linear.forward".

    It is "" if there is none. The names of the frames come from the student's process, where code may name its
    functions after its inputs. So a name is shown only if the reference has a function of that name there, too.
    """
    frames = getattr(error, "frames", ())
    return next((name for file, _line, name in reversed(frames) if _is_asked_for(file, name, reference, holes)), "")


def _is_asked_for(file: str, name: str, reference: ModuleType, holes: Mapping[str, Sequence[str]]) -> bool:
    path, parts = file.removeprefix("framework/"), name.split(".")
    if (
        len(parts) > 2 or not all(map(str.isidentifier, parts)) or is_private(name)
    ):  # a longer path may never end: f.__call__.__call__
        return False
    if not any(f"{name}.".startswith(f"{hole}.") for hole in holes.get(path, ())):
        return False
    try:
        found = follow(reference, f"{path.removesuffix('.py').replace('/', '.')}.{name}")
    except AttributeError:
        return False
    return isfunction(found) or isinstance(found, property)
