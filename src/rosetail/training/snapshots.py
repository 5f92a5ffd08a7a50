"""Averaged weights of a run at regular steps (``run.snapshot_every``), to see how it developed.

RUN/snapshots/step-00001000.safetensors holds the averaged networks in half precision, as
``NETWORK.TENSOR``. Its header has ``recipe``, ``step``, and ``about`` (JSON).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor, nn

from rosetail.errors import InputError
from rosetail.images import make_folder, writing
from rosetail.reading import reading

FOLDER = "snapshots"
State = dict[str, Tensor]


@dataclass(frozen=True)
class Snapshot:
    """``networks``: the averaged weights by network; ``about``: the recipe's facts."""

    recipe: str
    step: int
    about: dict[str, str]
    networks: dict[str, State]


def save_snapshot(
    run: Path, recipe: str, step: int, about: Mapping[str, str], networks: Mapping[str, nn.Module]
) -> Path:
    """Write the snapshot of a step. Raises OutputError."""
    folder = run / FOLDER
    make_folder(folder)
    tensors = {
        f"{name}.{key}": (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for name, network in networks.items()
        for key, value in network.state_dict().items()
    }
    header = {"recipe": recipe, "step": str(step), "about": json.dumps(dict(about))}
    path = folder / f"step-{step:08d}.safetensors"
    with writing(path) as part:
        safetensors.torch.save_file(tensors, part, header)
    return path


def snapshots(run: str | Path) -> list[Path]:
    """The snapshots of a run by step. Raises InputError if it has none."""
    found = sorted((Path(run) / FOLDER).glob("step-*.safetensors"))
    if not found:
        raise InputError(f"{run}: no snapshots; train with --set run.snapshot_every=1000")
    return found


def read_snapshot(path: Path) -> Snapshot:
    """Raises InputError for another file."""
    with reading(path, "a snapshot of a run", "give the folder of a training run") as file:
        with safetensors.safe_open(file, "pt") as stored:
            header = stored.metadata()
            networks: dict[str, State] = {}
            for key in stored.keys():  # noqa: SIM118 - not a mapping
                name, tensor = key.split(".", 1)
                value = stored.get_tensor(key)
                value = value.float() if value.is_floating_point() else value
                networks.setdefault(name, {})[tensor] = value
        about = json.loads(header["about"])
        return Snapshot(header["recipe"], int(header["step"]), about, networks)
