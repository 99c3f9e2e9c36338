"""A TensorFlow.js graph model, as much of one as an SSD detector of MobileNets needs: read, and made ONNX.

Batch norms and biases become part of the convolution before them. The picture's way in and what TensorFlow
does with the results (decoding of boxes, the best ones) are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from weights import onnx_file

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Convolution:
    """Not written down yet: what comes after it may still become part of it. `weight` as ONNX has it."""

    takes: str
    weight: Floats
    bias: Floats
    stride: int
    groups: int
    size: int
    """Height and width of what it gives."""
    plus: str | None = None
    """What is added to it."""

    def scaled(self, factor: Floats) -> Convolution:
        assert self.plus is None
        return replace(self, weight=self.weight * factor[:, None, None, None], bias=self.bias * factor)

    def raised(self, by: Floats) -> Convolution:
        return replace(self, bias=self.bias + by)


@dataclass(slots=True)
class Network:
    """The model that is being made of a graph, for pictures of `size` by `size`."""

    nodes: Mapping[str, Mapping[str, Any]]
    constants: Mapping[str, npt.NDArray[Any]]
    picture: str
    """Name of the node that gives the picture."""
    size: int
    written: list[bytes] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)
    _done: dict[str, tuple[str, int]] = field(default_factory=dict)

    def convolution(self, name: str) -> Convolution:
        """What the node of that name gives, where that is a convolution's result."""
        kind, inputs = self.nodes[name]["op"], self.inputs(name)
        match kind:
            case "Conv2D" | "DepthwiseConv2dNative":
                return self._begun(name, depthwise=kind == "DepthwiseConv2dNative")
            case "Mul":
                return self.convolution(inputs[0]).scaled(self.constants[inputs[1]].reshape(-1))
            case "BiasAdd":
                return self.convolution(inputs[0]).raised(self.constants[inputs[1]].reshape(-1))
            case "FusedBatchNorm":
                scale, offset, mean, variance = (self.constants[one] for one in inputs[1:5])
                epsilon = np.float32(self.nodes[name]["attr"]["epsilon"]["f"])
                factor = (scale / np.sqrt(variance + epsilon)).astype(np.float32)
                return self.convolution(inputs[0]).scaled(factor).raised(offset - mean * factor)
            case "Add" | "AddN":
                return self._sum(*inputs)
        raise ValueError(f"{name}: {kind} is unknown")

    def value(self, name: str) -> tuple[str, int]:
        """How what that node gives is called in the model, and its height and width; written once."""
        if name not in self._done:
            self._done[name] = self._written(name)
        return self._done[name]

    def inputs(self, name: str) -> list[str]:
        return [one.split(":")[0].lstrip("^") for one in self.nodes[name]["input"]]

    def write(self, kind: str, inputs: list[str], **attributes: onnx_file.Value) -> str:
        output = f"{kind.lower()}{len(self.written)}"
        self.written.append(onnx_file.node(kind, inputs, output, **attributes))
        return output

    def store(self, values: npt.NDArray[Any]) -> str:
        """Weights in half precision, which is enough for them."""
        name = f"w{len(self.stored)}"
        if values.dtype != np.float32:
            self.stored.append(onnx_file.tensor(name, values))
            return name
        self.stored.append(onnx_file.tensor(name, values.astype(np.float16)))
        return self.write("Cast", [name], to=1)

    def finished(self, gives: list[tuple[str, list[int]]]) -> bytes:
        return onnx_file.model(self.written, self.stored, ("picture", [1, 3, self.size, self.size]), gives)

    def _begun(self, name: str, *, depthwise: bool) -> Convolution:
        source, weights = self.inputs(name)
        takes, size = self.value(source)
        weight = self.constants[weights]
        stride = int(self.nodes[name]["attr"]["strides"]["list"]["i"][1])
        groups = weight.shape[2] if depthwise else 1
        weight = weight.transpose(2, 3, 0, 1) if depthwise else weight.transpose(3, 2, 0, 1)
        zero = np.zeros(weight.shape[0], np.float32)
        return Convolution(takes, weight, zero, stride, groups, size=-(-size // stride))

    def _sum(self, first: str, second: str) -> Convolution:
        for one, other in ((first, second), (second, first)):
            if other in self.constants:
                return self.convolution(one).raised(self.constants[other].reshape(-1))
        own = self.convolution(first)
        return replace(own, plus=self.value(second)[0])

    def _written(self, name: str) -> tuple[str, int]:
        if name == self.picture:
            return "picture", self.size
        if self.nodes[name]["op"] == "Relu6":
            takes, size = self.value(self.inputs(name)[0])
            low, high = (self.store_plain(value) for value in (0.0, 6.0))
            return self.write("Clip", [takes, low, high]), size
        own = self.convolution(name)
        result = self.convolve(own)
        return (result if own.plus is None else self.write("Add", [result, own.plus])), own.size

    def store_plain(self, value: float) -> str:
        name = f"limit{value:.0f}"
        if (constant := onnx_file.tensor(name, np.array(value, np.float32))) not in self.stored:
            self.stored.append(constant)
        return name

    def convolve(self, own: Convolution) -> str:
        """Padded as TensorFlow's SAME does: what is missing at both sides, the odd one at the end."""
        kernel = own.weight.shape[2]
        before_size = self._sizes[own.takes] if own.takes != "picture" else self.size
        missing = max((own.size - 1) * own.stride + kernel - before_size, 0)
        pads = [missing // 2] * 2 + [missing - missing // 2] * 2
        inputs = [own.takes, self.store(own.weight), self.store(own.bias)]
        return self.write(
            "Conv",
            inputs,
            kernel_shape=[kernel, kernel],
            strides=[own.stride, own.stride],
            pads=pads,
            group=own.groups,
        )

    @property
    def _sizes(self) -> Mapping[str, int]:
        return dict(self._done.values())


def read(folder: Path) -> tuple[dict[str, Mapping[str, Any]], dict[str, npt.NDArray[Any]]]:
    """The nodes and the constants of the model in `folder`, by name."""
    model = json.loads((folder / "model.json").read_text())
    constants: dict[str, npt.NDArray[Any]] = {}
    for group in model["weightsManifest"]:
        data = b"".join((folder / name).read_bytes() for name in group["paths"])
        offset = 0
        for one in group["weights"]:
            kind = np.dtype(one["dtype"])
            count = int(np.prod(one["shape"], dtype=np.int64))
            values = np.frombuffer(data, kind, count, offset)
            constants[one["name"]] = values.reshape(one["shape"])
            offset += values.nbytes
    return {node["name"]: node for node in model["modelTopology"]["node"]}, constants
