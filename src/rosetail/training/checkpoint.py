"""Checkpoints of a run, and the weights exported from them.

A checkpoint is a ``torch.save`` file of tensors and plain data, read with ``weights_only=True`` so
that it cannot execute code. It holds ``recipe``, ``step`` (optimiser steps done), ``settings``,
``about``, ``networks``, ``ema``, ``optimizers`` and ``random``. A run keeps the last two, as
``RUN/checkpoints/step-00001000.pt``; each is complete or absent.
"""

from __future__ import annotations

import json
import random
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import nn

from rosetail.errors import InputError, OutputError, SettingsError, WeightsMissing
from rosetail.images import writing
from rosetail.reading import reading
from rosetail.training.settings import RENAMED_RECIPES

KEPT = 2
PARTS = {
    "recipe": str,
    "step": int,
    "settings": dict,
    "about": dict,
    "networks": dict,
    "ema": dict,
    "optimizers": dict,
    "random": list,
}
State = dict[str, Any]
Network = TypeVar("Network", bound=nn.Module)


def save(run: Path, state: State) -> Path:
    """Write ``state`` as the run's newest checkpoint, read it back, then delete older ones.

    Raises OutputError with the path and the cause, such as a full disk; the two checkpoints before
    it are then kept.
    """
    folder = run / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{state['step']:08d}.pt"
    with writing(path) as part:
        try:
            with part.open("wb") as file:  # given a path, torch would store its name
                torch.save(state, file)
        except RuntimeError as error:  # torch reports a full disk as a wrong position
            raise OutputError(
                f"{path}: could not be written ({str(error).splitlines()[0]}); free some space"
            ) from error
    if _read(path, "check the disk")["step"] != state["step"]:
        raise OutputError(f"{path}: reads back as another step; check the disk")
    for old in saved(run)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def saved(run: Path) -> list[Path]:
    """The run's checkpoints, oldest first."""
    return sorted((run / "checkpoints").glob("step-*.pt"))


def load(run: Path, recipe: str | None = None, note: Callable[[str], None] = print) -> State:
    """The newest readable checkpoint; damaged ones are reported to ``note`` and skipped.

    Raises InputError if there is none, SettingsError if another recipe wrote it.
    """
    for path in reversed(saved(run)):
        try:
            state = _read(path)
        except InputError as error:
            note(str(error))
            continue
        state["recipe"] = RENAMED_RECIPES.get(state["recipe"], state["recipe"])
        if recipe is not None and state["recipe"] != recipe:
            raise SettingsError(
                f"{path}: written by recipe {state['recipe']}, not {recipe}; "
                f"train {state['recipe']} there or choose another folder"
            )
        return state
    raise InputError(f"{run}: no readable checkpoint; give the folder of a training run")


def _read(path: Path, remedy: str = "the checkpoint before it is used") -> State:
    """The state in a checkpoint. Raises InputError unless it is complete and its numbers are
    finite."""
    with reading(path, "a readable checkpoint", remedy) as file:
        with zipfile.ZipFile(file) as archive:  # torch.load does not compare checksums
            if damaged := archive.testzip():
                raise zipfile.BadZipFile(f"damaged at {damaged}")
        state: State = torch.load(file, map_location="cpu", weights_only=True)
        for name, kind in PARTS.items():
            if not isinstance(state[name], kind):
                raise TypeError(f"{name} is no {kind.__name__}")
        for weights in (*state["networks"].values(), *state["ema"].values()):
            for name, tensor in weights.items():
                if not bool(torch.isfinite(tensor).all()):
                    raise ValueError(f"{name} holds numbers that are not finite")
    return state


def export_weights(run: Path, to: Path, network: str | None = None) -> Path:
    """Write the EMA weights of one network of a run as safetensors.

    ``network`` is optional if the run has one EMA network. Metadata of the header: ``network``,
    the recipe's ``about`` (class, sizes, data), ``recipe``, ``steps``, ``settings`` (JSON, with the
    names of folders only) and, if known, ``commit``.
    """
    weights, metadata = _averaged(run, network)
    with writing(to) as part:
        safetensors.torch.save_file(weights, part, metadata)
    return to


def averaged_network(
    run: Path, build: Callable[[Mapping[str, str]], Network]
) -> tuple[Network, dict[str, str]]:
    """The only EMA network of a run, in evaluation mode, and the metadata of its weights.

    ``build`` makes the network from the metadata. Raises InputError, SettingsError.
    """
    weights, metadata = _averaged(run, None)
    network = build(metadata)
    network.load_state_dict(weights)
    return network.eval(), metadata


def _averaged(run: Path, network: str | None) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """EMA weights of a network of a run, and their metadata."""
    state = load(run)
    names = sorted(state["ema"])
    if network is None and len(names) == 1:
        network = names[0]
    if network not in names:
        raise SettingsError(f"{run}: choose the network to export, one of: {', '.join(names)}")
    metadata = {
        **state["about"],
        "network": network,
        "recipe": state["recipe"],
        "steps": str(state["step"]),
        "settings": json.dumps(_without_folders(state["settings"]), sort_keys=True),
    }
    return {name: each.contiguous() for name, each in state["ema"][network].items()}, metadata


def commit() -> dict[str, str]:
    """``{"commit": ...}`` of the checkout this code runs from, with ``-dirty`` if it has changes.

    Empty if the package is not in a checkout that tracks it.
    """
    answer = ""
    for arguments in (
        ["ls-files", "--error-unmatch", Path(__file__).name],
        ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
    ):
        command = ["git", "-C", str(Path(__file__).parent), *arguments]
        try:
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return {}
    return {"commit": answer.strip()}


def load_weights(network: nn.Module, path: str | Path) -> None:
    """Load the tensors of a safetensors file into ``network``.

    Raises WeightsMissing if there is no such file, InputError if it is not weights of this network.
    """
    if not Path(path).exists():
        raise WeightsMissing(f"{path}: no such file; give weights that a run exported")
    with reading(path, "weights of this network", "give weights that a run exported") as file:
        network.load_state_dict(safetensors.torch.load_file(file))


def start_from(networks: Mapping[str, nn.Module], start: str | Path, main: str) -> None:
    """Initial weights for ``networks``: from a run of the same recipe (averaged ones where there
    are), or from a safetensors file for the network ``main`` alone.

    Raises WeightsMissing for a missing file, InputError for weights of other networks.
    """
    if not Path(start).is_dir():
        load_weights(networks[main], start)
        return
    state = load(Path(start))
    for name, network in networks.items():
        found = state["ema"].get(name, state["networks"].get(name))
        try:
            network.load_state_dict(found)
        except (RuntimeError, TypeError, AttributeError) as error:
            cause = str(error).splitlines()[0]
            raise InputError(f"{start}: does not fit {name} ({cause}); give another run") from error


def _without_folders(value: Any) -> Any:
    """Shorten absolute paths to their last part: published weights must not contain user paths."""
    if isinstance(value, Mapping):
        return {name: _without_folders(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_folders(each) for each in value]
    if isinstance(value, str) and Path(value).is_absolute():
        return Path(value).name
    return value


def random_state() -> State:
    """The states of the generators of Python, NumPy and torch, as tensors and plain data."""
    version, words, gauss = random.getstate()
    legacy: Any = np.random.get_state(legacy=False)  # noqa: NPY002
    return {
        "python": {"version": version, "words": torch.tensor(words), "gauss": gauss},
        "numpy": {
            "key": torch.from_numpy(legacy["state"]["key"].astype(np.int64)),
            "pos": int(legacy["state"]["pos"]),
            "has_gauss": int(legacy["has_gauss"]),
            "gauss": float(legacy["gauss"]),
        },
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def set_random_state(state: State) -> None:
    """Restore the result of ``random_state``."""
    python, legacy = state["python"], state["numpy"]
    random.setstate((python["version"], tuple(python["words"].tolist()), python["gauss"]))
    np.random.set_state(  # noqa: NPY002
        {
            "bit_generator": "MT19937",
            "state": {"key": legacy["key"].numpy().astype(np.uint32), "pos": legacy["pos"]},
            "has_gauss": legacy["has_gauss"],
            "gauss": legacy["gauss"],
        }
    )
    torch.set_rng_state(state["torch"])
    if state["cuda"] and len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])
