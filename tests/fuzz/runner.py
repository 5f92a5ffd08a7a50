"""Damage files of every kind and watch what happens, in processes that may crash or hang.

``python -m tests.fuzz --seed 5 --count 7000`` prints what is wrong and ends with status 1 if
anything is. A mutation is a function of the seed and its number, so that ``--only NUMBER`` repeats
one.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from rosetail.errors import RosetailError
from tests.fuzz.kinds import KINDS, Failed, Kind
from tests.fuzz.mutations import mutated

# More for one mutation is a hang. The first is of processor time: a busy machine is no hang.
WORKING, IDLE = 60.0, 300.0  # seconds


class Fault(NamedTuple):
    """What is wrong with the outcome of a mutation."""

    number: int
    kind: str
    cause: str


def faults(seed: int, numbers: Sequence[int], names: Sequence[str] = ()) -> Iterator[Fault]:
    """Use every mutation in ``numbers``; yields those with a wrong outcome."""
    context, kinds = multiprocessing.get_context("spawn"), list(names or KINDS)
    todo = list(numbers)
    while todo:
        ours, theirs = context.Pipe()
        worker = context.Process(target=_work, args=(theirs, seed, todo, kinds), daemon=True)
        worker.start()
        theirs.close()
        try:
            while todo:
                if not _answers(ours, worker.pid):
                    yield Fault(todo[0], _kind(todo[0], kinds), "hangs")
                    todo.pop(0)
                    break
                try:
                    number, cause = ours.recv()
                except EOFError:
                    worker.join()
                    crash = f"crashes the program ({worker.exitcode})"
                    yield Fault(todo[0], _kind(todo[0], kinds), crash)
                    todo.pop(0)
                    break
                assert number == todo.pop(0)
                if cause:
                    yield Fault(number, _kind(number, kinds), cause)
        finally:
            worker.kill()
            worker.join()


def _answers(pipe: Connection, worker: int | None) -> bool:
    """Whether ``worker`` sends its next answer, or ends; False if it hangs."""
    start = worked = _worked(worker)
    since = time.monotonic()
    while not pipe.poll(1.0):
        now = _worked(worker)
        if now > worked:
            worked, since = now, time.monotonic()
        if worked - start > WORKING or time.monotonic() - since > IDLE:
            return False
    return True


def _worked(process: int | None) -> float:
    """Seconds of processor time; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kind(number: int, kinds: Sequence[str]) -> str:
    return kinds[number % len(kinds)]


def _work(pipe: Connection, seed: int, numbers: Sequence[int], kinds: Sequence[str]) -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    with open(os.devnull, "w") as nowhere:  # what libraries print themselves
        os.dup2(nowhere.fileno(), 2)
    with TemporaryDirectory() as scratch:
        for number in numbers:
            name = _kind(number, kinds)
            pipe.send((number, _use(KINDS[name], name, Path(scratch), seed, number)))


def _use(kind: Kind, name: str, scratch: Path, seed: int, number: int) -> str:
    """What is wrong with the outcome of mutation ``number``; "" if nothing is."""
    folder, whole, out = scratch / name, scratch / f"{name}.whole", scratch / "out"
    for each in (folder, out):
        shutil.rmtree(each, ignore_errors=True)
    out.mkdir()
    if not whole.exists():
        whole.mkdir()
        (whole / "PATH").write_text(str(kind.make(whole).relative_to(whole)))
    shutil.copytree(whole, folder)
    path = folder / (whole / "PATH").read_text()
    rng = np.random.default_rng([seed, number])
    path.write_bytes(mutated(path.read_bytes(), path.suffix, rng))
    before = _files(folder)
    cause = _outcome(kind, path, out)
    if not cause and any(".part-" in each.name for each in scratch.rglob(".*")):
        cause = "leaves a partial output"
    if not cause and _files(folder) != before:
        cause = "changes its input"
    return cause


def _outcome(kind: Kind, path: Path, out: Path) -> str:
    try:
        kind.use(path, out)
    except RosetailError as error:
        return _told(str(error), path) or _left(out)
    except Failed as error:
        if error.status not in (1, 2):
            return f"ends with status {error.status}"
        strange = [line for line in error.lines if not line.startswith("rosetail: ")]
        if strange or not error.lines:
            return f"prints {strange[:1] or 'nothing'}"
        bad = [line for line in error.lines if "fault of the program" in line]
        if bad:
            return bad[0]
        if error.status == 2:
            return _told(error.lines[-1], path) or _left(out)
    except BaseException as error:
        return f"raises {type(error).__name__}: {str(error)[:300]}"
    return ""


def _told(message: str, path: Path) -> str:
    """What is wrong with an error's message."""
    named = path.parent if path.suffix == ".jsonl" else path  # of a training folder
    if str(named) not in message:
        return f"does not name the file: {message}"
    if "\n" in message or not message.isprintable():
        return f"is more than a line: {message!r}"
    return "" if len(message) < 1500 else f"is a line of {len(message)} letters"


def _left(out: Path) -> str:
    notes = ("skipped.txt", "colours.txt")  # of a folder to resume
    made = (path for path in out.rglob("*") if path.is_file() and path.name not in notes)
    left = [path for path in made if path.stat().st_size]
    return f"leaves {left[0].name} although nothing was done" if left else ""


def _files(folder: Path) -> dict[str, int]:
    found = {}
    for path in sorted(folder.rglob("*")):
        with suppress(OSError):
            found[str(path.relative_to(folder))] = path.stat().st_mtime_ns
    return found


def main(arguments: Sequence[str]) -> int:
    import argparse

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only", type=int, help="one mutation")
    parser.add_argument("--kind", action="append", default=[], choices=list(KINDS))
    told = parser.parse_args(arguments)
    numbers = range(told.count) if told.only is None else [told.only]
    found = 0
    for fault in faults(told.seed, numbers, told.kind):
        found += 1
        print(f"{fault.number} {fault.kind}: {fault.cause}", flush=True)
    print(f"{len(numbers)} mutations, {found} with a wrong outcome")
    return min(found, 1)
