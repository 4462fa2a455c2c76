"""A call on the wire: a row [deed, node of the object, path, [nodes of arguments], {name: node}, keep], without what is empty at its end."""

from typing import Any

from grader.calls import Call
from grader.isolation import wire


def write_call(call: Call, encoder: wire.Encoder) -> list[Any]:
    """The row of a call."""
    do, on, path, args, kwargs, keep = call
    encode = encoder.encode
    row = [do, encode(on), path]
    if args or kwargs or keep:
        row.append([encode(value) for value in args])
    if kwargs or keep:
        row.append({name: encode(value) for name, value in kwargs.items()})
    if keep:
        row.append(keep)
    return row


def read_call(row: list[Any], decoder: wire.Decoder) -> Call:
    """The call of a row from the trusted side, once what it names has been made."""
    do, on, path, *rest = row
    decode = decoder.decode
    on = decode(on)
    if not rest:
        return Call(do, on, path)
    args = tuple([decode(node) for node in rest[0]])
    if len(rest) == 1:
        return Call(do, on, path, args)
    return Call(do, on, path, args, {name: decode(node) for name, node in rest[1].items()}, *rest[2:])
