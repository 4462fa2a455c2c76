"""Anchored patterns, compiled once, and re.sub."""

import re


def rename(state, rules):
    compiled = [(re.compile(rf"(?:{pattern})\Z", 0), replacement) for pattern, replacement in rules]
    result, came_from = {}, {}
    for name, array in state.items():
        new = name
        for pattern, replacement in compiled:
            if pattern.match(name) is not None:
                new = replacement if replacement is None else pattern.sub(replacement, name, count=1)
                break
        if new is None:
            continue
        if new in result:
            raise ValueError(f"{name} and {came_from[new]} both become {new}")
        result[new], came_from[new] = array, name
    return result
