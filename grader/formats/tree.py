"""Elements of XML and HTML. The standard library escapes all text when it writes them."""

from xml.etree.ElementTree import Element

from grader.formats.student import clean

MAX_TEXT = 4000  # characters of one piece; a page is read by people, and --format json has more


def node(tag: str, *children: "Element | str | None", **attributes: str) -> Element:
    """An element with children and attributes; all text in it is cleaned.

    The attribute `class_` becomes "class", and `aria_label` becomes "aria-label".
    """
    element = Element(
        tag, {name.rstrip("_").replace("_", "-"): clean(value, MAX_TEXT) for name, value in attributes.items()}
    )
    for child in children:
        if isinstance(child, str):
            _append_text(element, clean(child, MAX_TEXT))
        elif child is not None:
            element.append(child)
    return element


def _append_text(element: Element, text: str) -> None:
    """Append text where ElementTree keeps it: before the first child in the element, else in the last child's tail."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
