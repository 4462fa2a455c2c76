"""What of a submission the student wrote: the part that tools for similar code should see.

Nothing of a submission is parsed here: it is compared with the template line by line.
"""

from collections.abc import Collection, Mapping


def own_files(files: Mapping[str, bytes], template: Mapping[str, str], wanted: Collection[str]) -> dict[str, str]:
    """The files that the student wrote: those that are `wanted`, and new ones, unless they are the template's.

    Args:
        files: the submission's, by path.
        template: the whole package as students receive it.
        wanted: files of the template with parts that students write.
    """
    found = {}
    for path, data in files.items():
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
        is_written = path in wanted or path not in template
        if is_written and text.split() != template.get(path, "").split() and text.strip():
            found[path] = text
    return found


def without_template(text: str, template: str) -> str:
    """The text without blank lines and without the lines that are in the template, wherever they stand."""
    given = {line.strip() for line in template.splitlines()}
    return "\n".join(line for line in text.splitlines() if line.strip() and line.strip() not in given)


def as_one(files: Mapping[str, str], template: Mapping[str, str]) -> str:
    """All files as one text, without the lines of the template; "" if nothing is left."""
    parts = [without_template(text, template.get(path, "")) for path, text in sorted(files.items())]
    return "".join(f"{part}\n" for part in parts if part)
