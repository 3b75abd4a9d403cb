"""The tree keeps its shape: every source file has its test file, is short, and is importable."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAX_LINES = 300
MAX_FUNCTION_LINES = 60
# Source files without a test file of their own, each with the reason.
WITHOUT_TEST: dict[str, str] = {}
GENERATED = ("_pb2.py", "_pb2_grpc.py")


def _python_files(top: str) -> list[Path]:
    files = sorted((ROOT / top).rglob("*.py"))
    return [path.relative_to(ROOT) for path in files if not path.name.endswith(GENERATED)]


def _source_files() -> list[Path]:
    return [*_python_files("shared"), *_python_files("services")]


def _text(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")


def _test_files(source: Path) -> set[Path]:
    """Where the test of a source file may be: mirrored, or directly in its service's folder."""
    parts = source.parts[1:] if source.parts[0] == "services" else source.parts
    name = f"test_{source.stem.lstrip('_')}.py"
    return {Path("tests", *parts[:-1], name), Path("tests", parts[0], name)}


_SOURCES = _source_files()
_MODULES = [path for path in _SOURCES if path.name != "__init__.py"]


def test_every_source_file_has_its_test_file() -> None:
    missing = [
        f"{source}: expected {' or '.join(sorted(path.as_posix() for path in _test_files(source)))}"
        for source in _MODULES
        if source.as_posix() not in WITHOUT_TEST
        and not any((ROOT / path).exists() for path in _test_files(source))
    ]
    assert not missing, "\n".join(missing)


def test_exemptions_are_needed() -> None:
    for name in WITHOUT_TEST:
        assert (ROOT / name).exists(), f"{name} is gone; take it off the list"
        tested = [path for path in _test_files(Path(name)) if (ROOT / path).exists()]
        assert not tested, f"{name} has a test file now; take it off the list"


def test_files_are_short() -> None:
    others = [path for top in ("tests", "benchmarks", "examples") for path in _python_files(top)]
    lengths = {path: len(_text(path).splitlines()) for path in (*_SOURCES, *others)}
    long = {str(path): length for path, length in lengths.items() if length > MAX_LINES}
    assert not long, f"expected at most {MAX_LINES} lines"


def test_functions_are_short() -> None:
    lengths = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in _SOURCES
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert lengths
    long = {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES}
    assert not long, f"expected at most {MAX_FUNCTION_LINES} lines"


def test_every_source_folder_is_a_package() -> None:
    # import-linter does not see a folder without __init__.py, and setuptools does not install it.
    folders = {(ROOT / source).parent for source in _SOURCES}
    missing = [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()]
    assert not missing


def test_test_folders_are_no_packages() -> None:
    # As packages they would shadow, or be shadowed by, other distributions' `tests`.
    assert not sorted((ROOT / "tests").rglob("__init__.py"))


def test_import_path_is_file_path() -> None:
    odd = [path for path in _SOURCES if not all(part.isidentifier() for part in _names(path))]
    assert not odd


def _names(source: Path) -> tuple[str, ...]:
    return (*source.parts[:-1], source.stem)
