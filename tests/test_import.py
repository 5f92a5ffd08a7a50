"""What importing costs, which way imports point, and habits no file may have."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import rosetail

SOURCE = Path(rosetail.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))

# Lower rooms first; a file imports from its own room and from lower ones only. CORE is what a user
# installs: it runs without the training packages.
CORE_ORDER = [
    "errors",
    "reading",
    "output",
    "append_log",
    "locks",
    "processes",
    "extras",
    "arrays",
    "image_decoding",
    "images",
    "weights",
    "engines",
    "faces",
    "painter",
    "stylizer",
    "characters",
    "video",
    "distributed",
    "data",
]
TRAINING_ORDER = ["layers", "losses", "training", "metrics", "export", "methods", "directions"]
ORDER = [*CORE_ORDER, *TRAINING_ORDER, "evaluate", "studio", "cli"]
RANK = {room: rank for rank, room in enumerate(ORDER)}
CORE = {"__init__", *CORE_ORDER, "studio", "cli"}

TRAINING_ONLY = {
    "kornia",
    "lightning_fabric",
    "mtcnn",
    "joblib",
    "onnx",
    "scipy",
    "skimage",
    "sklearn",
    "tensorboard",
    "tflite",
    "torch",
}
FORBIDDEN_EVERYWHERE = {"torchvision", "tensorflow"}


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(node: ast.AST) -> Iterator[str]:
    """Full dotted names that an import statement brings; ``from a import b`` gives ``a.b``."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_import_time(module: ast.Module) -> Iterator[ast.AST]:
    """Statements that run when the module is imported: no function bodies, no type-only blocks."""
    waiting: list[ast.AST] = list(module.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def test_the_whole_package_was_found() -> None:
    assert {room(path) for path in FILES} == {*RANK, "__init__"}, "each room has its place"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_imports_point_down(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        return  # the public surface names things of every room, lazily
    for node in ast.walk(tree(path)):
        for name in imported(node):
            parts = name.split(".")
            assert parts[0] not in FORBIDDEN_EVERYWHERE, f"{name} is not used here"
            if parts[0] == "rosetail" and len(parts) > 1 and parts[1] in RANK:
                there = parts[1]
                allowed = there == here or RANK[there] < RANK[here]
                assert allowed, f"{here} may not import {there} ({name})"


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if room(path) in CORE],
    ids=lambda path: path.relative_to(SOURCE).as_posix(),
)
def test_core_files_import_without_the_training_packages(path: Path) -> None:
    for node in at_import_time(tree(path)):
        for name in imported(node):
            parts = name.split(".")
            assert parts[0] not in TRAINING_ONLY, f"{name} at import time"
            heavy = parts[0] == "rosetail" and parts[1:2] and parts[1] not in CORE
            assert not heavy, f"{name} at import time"


def test_core_never_imports_torch_even_later() -> None:
    for path in FILES:
        if room(path) in CORE:
            names = {name.split(".")[0] for node in ast.walk(tree(path)) for name in imported(node)}
            assert "torch" not in names, path


def test_foreign_pickles_are_never_run() -> None:
    for path in FILES:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            assert called not in {"pickle.load", "pickle.loads", "eval", "exec"}, path
            assert called != "torch.export.load", path
            if called == "torch.load":
                given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert given.get("weights_only") == "True", f"{path}:{node.lineno}"


def modules() -> dict[str, Path]:
    """Every file of the package by its dotted name."""
    found = {}
    for path in FILES:
        parts = ("rosetail", *path.relative_to(SOURCE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def test_no_import_circles_between_files() -> None:
    """Imports inside functions and for types count as well: a circle hides what depends on what."""
    files = modules()
    graph: dict[str, set[str]] = {}
    for name, path in files.items():
        if name == "rosetail":
            continue  # its names are found lazily
        names = {each for node in ast.walk(tree(path)) for each in imported(node)}
        graph[name] = {each if each in files else each.rpartition(".")[0] for each in names}
        graph[name] = {each for each in graph[name] & set(files) if each not in {name, "rosetail"}}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_no_class_name_stands_twice() -> None:
    where: dict[str, list[str]] = {}
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                where.setdefault(node.name, []).append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    twice = {name: places for name, places in where.items() if len(places) > 1}
    assert not twice


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


def test_import_is_quiet_and_light() -> None:
    heavy = "{'torch', 'cv2', 'av', 'openvino', 'onnxruntime', 'numpy', 'PIL', 'typer', 'rich'}"
    done = run_python(f"import sys, rosetail; print(sorted({heavy} & set(sys.modules)))")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "[]"


def test_help_needs_no_engine() -> None:
    heavy = "{'torch', 'cv2', 'av', 'openvino', 'onnxruntime', 'skia', 'scipy'}"
    done = run_python(f"import sys, rosetail.cli; print(sorted({heavy} & set(sys.modules)))")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "[]"


def test_what_runs_needs_no_extra() -> None:
    """Also not through other files: the rooms that stylize are imported and looked at."""
    names = "rosetail.stylizer.stylizer, rosetail.video.clip, rosetail.faces.proportions"
    names += ", rosetail.faces.faces, rosetail.data.prepare, rosetail.data.folders"
    extras = "{'torch', 'skia', 'scipy', 'skimage', 'sklearn', 'kornia', 'onnx', 'safetensors'}"
    done = run_python(f"import sys, {names}; print(sorted({extras} & set(sys.modules)))")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "[]"


def test_public_surface() -> None:
    assert set(dir(rosetail)) == set(rosetail.__all__)
    for name in rosetail.__all__:
        assert getattr(rosetail, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'paint'"):
        _ = rosetail.paint
