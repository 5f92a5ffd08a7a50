"""``rosetail doctor``: versions, engines, and what this machine supports."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import typer

from rosetail import extras
from rosetail.cli.studio import NEEDED
from rosetail.engines import telemetry, usable_cores
from rosetail.errors import LibraryMissing

CORE = (
    "numpy",
    "pillow",
    "opencv-contrib-python-headless",
    "av",
    "openvino",
    "onnxruntime",
    "typer",
    "rich",
)
EXTRAS = {
    "paint": ("skia",),
    "beat": ("librosa",),
    "heic": ("pillow_heif",),
    "studio": NEEDED,
    "train": ("torch", "lightning_fabric", "kornia", "skimage", "sklearn", "scipy", "onnx"),
}
CPU_FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")


def doctor() -> None:
    """Show versions, engines and what this machine supports. Exit status 2: no engine runs."""
    import rosetail

    usable = False
    _section("Program")
    _row("rosetail", f"{rosetail.__version__} in {Path(rosetail.__file__).parent}")
    _row("Python", f"{platform.python_version()} on {platform.platform()}")
    for package in CORE:
        _row(package, _version(package))
    _section("Machine")
    for name, value in _machine():
        _row(name, value)
    _section("Engines")
    for name, value in _engines():
        usable |= not value.startswith("cannot")
        _row(name, value)
    on = telemetry.active()
    _row("Telemetry", f"ON: {', '.join(on)}" if on else "off (OpenVINO, ONNX Runtime)")
    _section("Weights")
    for name, value in _weights():
        _row(name, value)
    _section("Extras")
    for extra, modules in EXTRAS.items():
        _row(extra, _extra(extra, modules))
    if not usable:
        raise typer.Exit(2)


def _extra(name: str, modules: Sequence[str]) -> str:
    absent = [module for module in modules if find_spec(module) is None]
    if absent:
        return f'absent ({", ".join(absent)}); run: pip install "rosetail[{name}]"'
    try:
        extras.check("installed, but", name, *modules)
    except LibraryMissing as error:
        return str(error)
    return "installed"


def _section(title: str) -> None:
    print(f"\n{title}")


def _row(name: str, value: str) -> None:
    print(f"  {name:<32}{value}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing; run: pip install rosetail"


def _machine() -> Iterator[tuple[str, str]]:
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.is_file() else ""
    lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    facts = {name.strip(): value.strip() for name, value in lines.items()}
    yield "processor", f"{facts.get('model name') or platform.processor() or platform.machine()}"
    yield "cores for this process", str(usable_cores())
    if "flags" in facts:
        flags = set(facts["flags"].split())
        present = [feature for feature in CPU_FEATURES if feature in flags]
        yield "instructions", " ".join(present) or "none of " + " ".join(CPU_FEATURES)
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield "memory", f"{size / 2**30:.1f} GiB"


def _engines() -> Iterator[tuple[str, str]]:
    try:
        from rosetail.engines.openvino import devices

        for device, description in devices().items():
            yield f"openvino {device}", description
    except Exception as error:  # show whatever an engine's loader raises
        yield "openvino", f"cannot run here ({error}); run: pip install openvino"
    try:
        import onnxruntime

        yield "onnxruntime", ", ".join(onnxruntime.get_available_providers())
    except Exception as error:
        yield "onnxruntime", f"cannot run here ({error}); run: pip install onnxruntime"


def _weights() -> Iterator[tuple[str, str]]:
    from rosetail import weights
    from rosetail.errors import RosetailError

    for name, entry in weights.load_catalog().items():
        try:
            yield name, f"whole, {weights.find(name).stat().st_size / 1e3:,.0f} kB, {entry.licence}"
        except RosetailError as error:
            yield name, str(error)
