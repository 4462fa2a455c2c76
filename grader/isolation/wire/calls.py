"""A call on the wire, as a row of the header.

The row is [deed, node of the object, path, [nodes of arguments], {name: node}, keep]. Empty items at its end are left
out.
"""

from typing import Any

from grader.calls import Call
from grader.isolation.wire.values import Decoder, Encoder, quoted


def write_call(call: Call, encoder: Encoder) -> str:
    """The row of a call, as JSON text."""
    do, on, path, args, kwargs, keep = call
    encode = encoder.encode
    row = f'"{do}",{encode(on)},{quoted(path)}'
    if args or kwargs or keep:
        row += f",[{','.join([encode(value) for value in args])}]"
    if kwargs or keep:
        row += f",{{{','.join([f'{quoted(name)}:{encode(value)}' for name, value in kwargs.items()])}}}"
    if keep:
        row += f",{int(keep)}"
    return f"[{row}]"


def read_call(row: list[Any], decoder: Decoder) -> Call:
    """The call of a row from the trusted side. It may name objects that the calls before it have made."""
    do, on, path, *rest = row
    decode = decoder.decode
    on = decode(on)
    if not rest:
        return Call(do, on, path)
    args = tuple([decode(node) for node in rest[0]])
    if len(rest) == 1:
        return Call(do, on, path, args)
    return Call(do, on, path, args, {name: decode(node) for name, node in rest[1].items()}, *rest[2:])
