"""ONNX, as much of it as is written here: a few messages of protocol buffers, so nothing has to be installed.

Fields are those of onnx.proto3: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
_OPSET, _IR_VERSION = 13, 7
_FLOAT, _INT64, _FLOAT16 = 1, 7, 10
_TYPES = {np.dtype(np.float32): _FLOAT, np.dtype(np.int64): _INT64, np.dtype(np.float16): _FLOAT16}
_OF_FLOAT, _OF_INT, _OF_INTS = 1, 2, 7
Value = int | float | Sequence[int]


def node(kind: str, inputs: Iterable[str], output: str, **attributes: Value) -> bytes:
    """One operation; its output is named after it."""
    parts = [_text(1, name) for name in inputs]
    parts += [_text(2, output), _text(3, output), _text(4, kind)]
    parts += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
    return b"".join(parts)


def tensor(name: str, values: Array) -> bytes:
    """A constant."""
    dims = b"".join(_number(1, size) for size in values.shape)
    kind = _number(2, _TYPES[values.dtype])
    return dims + kind + _text(8, name) + _bytes(9, np.ascontiguousarray(values).tobytes())


def model(
    nodes: Iterable[bytes],
    constants: Iterable[bytes],
    takes: tuple[str, Sequence[int]],
    gives: Iterable[tuple[str, Sequence[int]]],
) -> bytes:
    """The whole file."""
    graph = [*(_bytes(1, one) for one in nodes), _text(2, "gcam"), *(_bytes(5, one) for one in constants)]
    graph.append(_bytes(11, _value(*takes)))
    graph += [_bytes(12, _value(*one)) for one in gives]
    opset = _bytes(8, _text(1, "") + _number(2, _OPSET))
    return _number(1, _IR_VERSION) + _text(2, "gcam") + opset + _bytes(7, b"".join(graph))


def _attribute(name: str, value: Value) -> bytes:
    match value:
        case float():
            return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, _OF_FLOAT)
        case int():
            return _text(1, name) + _number(3, value) + _number(20, _OF_INT)
        case _:
            return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _OF_INTS)


def _value(name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, dims)))


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, 2) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _key(field, 0) + _varint(value & (1 << 64) - 1)


def _key(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
