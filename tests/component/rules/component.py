"""A custom integration in its repository, read for the rules to judge. Nothing is imported or run."""

import ast
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "fr")
type Texts = Mapping[str, Any]


class Component:
    """`root` is the repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "custom_components" / "gcam"

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def yaml(self, name: str) -> Any:
        """Empty where there is no such file."""
        path = self.folder / name
        return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}

    @cached_property
    def manifest(self) -> Any:
        return self.json("manifest.json")

    @cached_property
    def texts(self) -> dict[str, Texts]:
        return {language: self.json(f"translations/{language}.json") for language in LANGUAGES}

    @cached_property
    def icons(self) -> Any:
        return self.json("icons.json")

    @cached_property
    def modules(self) -> dict[str, ast.Module]:
        """By name without `.py`."""
        return {
            path.relative_to(self.folder).with_suffix("").as_posix(): ast.parse(
                path.read_text(encoding="utf-8"), path.name
            )
            for path in sorted(self.folder.rglob("*.py"))
        }

    @cached_property
    def strings(self) -> frozenset[str]:
        """Every string in the code, and the steps that it has methods for."""
        found = set()
        for node in self.nodes():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("async_step_"):
                found.add(node.name.removeprefix("async_step_"))
        return frozenset(found)

    @cached_property
    def constants(self) -> dict[str, str]:
        """Names that modules give to strings."""
        found = {}
        for tree in self.modules.values():
            for node in tree.body:
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))):
                        found[name] = value
                    case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(value))):
                        found[name] = value
        return found

    def nodes(self) -> Iterator[ast.AST]:
        for tree in self.modules.values():
            yield from ast.walk(tree)

    def string_of(self, node: ast.expr | None) -> str | None:
        """What a string or the name of one stands for; None for what is only known when it runs."""
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.Name(id=name):
                return self.constants.get(name)
            case _:
                return None


def leaves(texts: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that is no mapping, with its path."""
    if not isinstance(texts, dict):
        yield path, texts
        return
    for key, value in texts.items():
        yield from leaves(value, (*path, key))


def at(texts: Any, *path: str) -> Any:
    """What is there, or an empty mapping."""
    for key in path:
        texts = texts.get(key, {}) if isinstance(texts, dict) else {}
    return texts
