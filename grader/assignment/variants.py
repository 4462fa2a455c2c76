"""Variants of the reference: its text with one thing replaced, imported as a package of its own."""

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from functools import cache, cached_property
from types import CodeType, ModuleType

from grader.assignment.course import Course
from grader.assignment.holes import is_private, parsed
from grader.assignment.memory_package import import_package, module_of
from grader.assignment.misconceptions import Entry
from grader.assignment.sharing import Sharing
from grader.calls import follow

Edit = tuple[str, Entry]  # a target and what stands in its place


class Variants:
    """Makes variants of one course's reference; what stays the same is compiled once."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._edited = cache(self._edited_codes)

    @cached_property
    def trees(self) -> dict[str, ast.Module]:
        return {file: parsed(text) for file, text in self.course.reference.items()}

    @cached_property
    def _codes(self) -> dict[str, CodeType]:
        return {file: _compiled(tree, file) for file, tree in self.trees.items()}

    def place(self, target: str) -> tuple[str, str]:
        """Where something is defined: "nn.Linear.backward" -> ("nn/linear.py", "Linear.backward").

        A class may also be named with its file, as "nn.linear.Linear".

        Raises:
            TargetError: if no file defines it.
        """
        for file, tree in self.trees.items():
            for top in (n.name for n in tree.body if isinstance(n, Entry)):
                module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                for way in (f"{self.course.public_module(file, top)}.{top}", f"{module}.{top}"):
                    if target == way or target.startswith(f"{way}."):
                        return file, top + target.removeprefix(way)
        raise TargetError(f"the reference does not define {target!r}")

    def class_of(self, target: str) -> tuple[str, str]:
        """The file and the class, or function, in which something is defined.

        Raises:
            TargetError: if no file defines it.
        """
        file, name = self.place(target)
        return file, name.partition(".")[0]

    @cached_property
    def _sharing(self) -> Sharing:
        return Sharing(self.trees)

    @cached_property
    def original(self) -> ModuleType:
        """The package without any edit."""
        return import_package(self._codes, self.course.inside)

    def replaced_names(self, target: str, node: Entry) -> list[str]:
        """Where in the original stands what an edit replaces: dotted paths, "nn.linear.Linear.backward".

        Raises:
            TargetError: if the original does not have it. Only what is private may be new in a class.
        """
        file, name = self.place(target)
        module = module_of(file)
        inside = [name]
        if isinstance(node, ast.ClassDef):
            public = (part for statement in _parts(node) for part in sorted(_names(statement)) if not is_private(part))
            inside = [f"{name}.{part}" for part in public]
        for part in inside:
            if not _has(self.original, f"{module}.{part}".lstrip(".")):
                raise TargetError(f"the reference has no {part} in {file}, and an entry may only replace what is there")
        return [f"{module}.{part}".lstrip(".") for part in inside]

    def package(self, *edits: Edit, sharing: bool = False) -> ModuleType:
        """An import of the package with the edits in it, of its own; whatever its import raises passes through.

        `sharing`: files that cannot differ are those of the original (see `sharing`), which takes less time. What is
        changed in such a package by anything but its own code is changed in others, too.
        """
        edited = self._edited(edits)
        return import_package(self._codes | edited, self.course.inside, self._shared(edited) if sharing else {})

    def _shared(self, changed: Collection[str]) -> dict[str, ModuleType]:
        return {file: follow(self.original, module_of(file)) for file in self._sharing.shared(changed)}

    def _edited_codes(self, edits: tuple[Edit, ...]) -> dict[str, CodeType]:
        trees: dict[str, ast.Module] = {}
        for target, node in edits:
            self.replaced_names(target, node)
            file, name = self.place(target)
            trees[file] = replaced(trees.get(file, self.trees[file]), name, node)
        return {file: _compiled(tree, file) for file, tree in trees.items()}

    def importer(self, trees: Mapping[str, ast.Module], sharing: bool = False) -> Callable[[], ModuleType]:
        """What imports the package with some files in other versions, at every call; they are compiled once, here.

        `sharing` is as for `package`.
        """
        codes = self._codes | {file: _compiled(tree, file) for file, tree in trees.items()}
        shared = self._shared(trees) if sharing else {}
        return lambda: import_package(codes, self.course.inside, shared)


def _has(package: ModuleType, path: str) -> bool:
    try:
        follow(package, path)
    except AttributeError:
        return False
    return True


def _compiled(tree: ast.Module, file: str) -> CodeType:
    return compile(tree, f"framework/{file}", "exec", dont_inherit=True)


class TargetError(ValueError):
    """What should be replaced is not there."""


def replaced(tree: ast.Module, name: str, node: Entry) -> ast.Module:
    """The tree with `node` in the place of the function, method or class called `name` ("Linear.backward").

    A method that the class only inherits is added to it. Of a class, the methods that `node` has are replaced or added
    one by one.

    Raises:
        TargetError: if there is no such function or class.
    """
    scope, _, last = name.rpartition(".")
    if isinstance(node, ast.ClassDef):
        return _with(tree, name, list(_parts(node)))
    new = copy(node)
    new.name, new.decorator_list = last, [d for d in node.decorator_list if not isinstance(d, ast.Call)]
    _require(tree, scope or last, ast.ClassDef if scope else ast.FunctionDef)
    return _with(tree, scope, [new])


def _with(tree: ast.Module, scope: str, news: list[ast.stmt]) -> ast.Module:
    """A copy in which statements stand in a class (or, without one, the file) in the place of their namesakes.

    It is as deep as it has to be.
    """
    tree = copy(tree)
    tree.body = list(tree.body)
    holder: ast.Module | ast.ClassDef = tree
    if scope:
        place = tree.body.index(_require(tree, scope, ast.ClassDef))
        holder = tree.body[place] = copy(tree.body[place])
        holder.body = list(holder.body)
    for new in news:
        _put(holder, new)
    return tree


def _parts(node: ast.ClassDef) -> Iterator[ast.stmt]:
    """What a class consists of, but for its docstring."""
    return (p for p in node.body if not (isinstance(p, ast.Expr) and isinstance(p.value, ast.Constant)))


def _require(tree: ast.Module, name: str, kind: type[ast.stmt]) -> ast.stmt:
    for node in tree.body:
        if isinstance(node, kind) and node.name == name:
            return node
    raise TargetError(f"there is no {name!r}")


def _put(holder: ast.Module | ast.ClassDef, new: ast.stmt) -> None:
    for place, old in enumerate(holder.body):
        if _names(old) & _names(new) and _kind(old) == _kind(new):
            holder.body[place] = new
            return
    holder.body.append(new)


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, Entry):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {t.id for t in targets if isinstance(t, ast.Name)}


def _kind(node: ast.stmt) -> list[str]:
    """A property's getter and its setter have one name: what tells them apart is the decorator."""
    return sorted(ast.unparse(d) for d in getattr(node, "decorator_list", ()) if isinstance(d, ast.Attribute))
