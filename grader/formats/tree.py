"""Elements of XML and HTML, so that no text is ever pasted into markup: the standard library escapes it when it writes."""

from xml.etree.ElementTree import Element

from grader.formats.student import clean

MAX_TEXT = 4000  # characters of one piece; a page is read by people, and --format json has more


def node(tag: str, *children: "Element | str | None", **attributes: str) -> Element:
    """An element with children and attributes; `class_` means "class" and `aria_label` "aria-label". All text is cleaned."""
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
    """ElementTree keeps the text before the first child in the element, and any other in the child before it."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
