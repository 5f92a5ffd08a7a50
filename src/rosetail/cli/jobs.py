"""Pair source pictures with target files, and draw them one by one."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rosetail import images
from rosetail.cli.console import complain, progress_bar
from rosetail.errors import DiskFull, InputError, OutputError, RosetailError
from rosetail.image_decoding import PIPE
from rosetail.reading import out_of_memory

if TYPE_CHECKING:
    from PIL.Image import Image


Parts = Callable[[int, int], None]
ANIMATED = (".gif", ".webp", ".png")  # files that hold animated pictures


@dataclass
class Plan:
    """Pictures to draw, the number of those that an earlier run drew, and the errors of inputs that
    could not be listed."""

    jobs: list[tuple[Path, Path]] = field(default_factory=list)
    drawn_before: int = 0
    failures: list[RosetailError] = field(default_factory=list)


def plan(
    inputs: Sequence[Path],
    out: Path,
    *,
    suffix: str = "",
    animated: bool = False,
    again: bool = True,
) -> Plan:
    """Pair every picture in ``inputs`` (files and folders) with its target file.

    ``out`` is a file name for one picture, and a folder (created) for several or for a folder,
    whose layout is kept. Names get ``suffix``, or keep theirs if it is writable; others become PNG.
    With ``animated``, animated GIFs keep theirs, too. Without ``again``, pictures in a folder whose
    target is newer than they are not drawn.

    Raises:
        InputError, OutputError: nothing can be done: the only input is unusable, or ``out`` is.
    """
    if len(inputs) == 1 and not inputs[0].is_dir() and not _means_folder(out):
        images.check_output(out)
        moving = animated and out.suffix.lower() == ".gif" and images.is_animated(inputs[0])
        if out.suffix.lower() not in images.SAVE_SUFFIXES and not moving:
            raise OutputError(
                f"{out}: cannot write '{out.suffix}' pictures; use .png, .jpg or .webp"
            )
        result = Plan(jobs=[(inputs[0], out)])
    else:
        output_folder(out)
        result = _into_folder(inputs, out, suffix, animated)
        if not again:
            todo = [job for job in result.jobs if not _is_drawn(*job)]
            result.drawn_before, result.jobs = len(result.jobs) - len(todo), todo
    _refuse_overwriting(result.jobs)
    if not result.jobs and not result.drawn_before and len(result.failures) == 1:
        raise result.failures[0]
    return result


def _means_folder(out: Path) -> bool:
    return out.is_dir() or not (out.suffix or (out.exists() and not out.is_file()))


def output_folder(out: Path) -> None:
    """Create the folder ``out`` if it is missing, and check that it is writable.

    Raises:
        OutputError: it cannot be created or written, or has the name of a picture.
    """
    if out.suffix.lower() in images.SAVE_SUFFIXES and not out.is_dir():
        raise OutputError(f"{out}: several pictures cannot go into one file; give a folder")
    images.make_folder(out)
    images.check_output(out / "picture.png")


def _is_drawn(source: Path, target: Path) -> bool:
    """Whether ``target`` was written after ``source`` got its content and its name."""
    try:
        state, made = source.stat(), target.stat().st_mtime_ns
    except OSError:
        return False
    return made > max(state.st_mtime_ns, state.st_ctime_ns)


def _into_folder(inputs: Sequence[Path], out: Path, suffix: str, animated: bool) -> Plan:
    result = Plan()
    taken: set[Path] = set()
    for given in inputs:
        try:
            pictures = _pictures_of(given, out)
        except InputError as error:
            result.failures.append(error)
            continue
        if given.is_dir():
            result.failures += [
                InputError(f"{path}: {why}") for path, why in images.left_out(given)
            ]
        for picture in pictures:
            inside = picture.relative_to(given).parent if given.is_dir() else Path()
            ending = suffix
            if animated and picture.suffix.lower() == ".gif" and images.is_animated(picture):
                ending = picture.suffix
            target = _free_name(out / inside, picture, ending, taken)
            taken.add(target)
            result.jobs.append((picture, target))
    return result


def _pictures_of(given: Path, out: Path) -> list[Path]:
    """The file, or a folder's pictures without those that an earlier run wrote to ``out``."""
    if not given.is_dir():
        return [given]
    made_here = out.resolve()
    nested = made_here != given.resolve()
    pictures = [
        picture
        for picture in images.list_pictures(given)
        if not (nested and made_here in picture.resolve().parents)
    ]
    if not pictures:
        suffixes = " ".join(sorted(images.PICTURE_SUFFIXES))
        raise InputError(f"{given}: holds no pictures; supported are {suffixes}")
    return pictures


def _free_name(folder: Path, picture: Path, suffix: str, taken: set[Path]) -> Path:
    """``picture``'s name with ``suffix`` or another writable one, numbered if it is taken."""
    if not suffix:
        suffix = picture.suffix if picture.suffix.lower() in images.SAVE_SUFFIXES else ".png"
    target = folder / f"{picture.stem}{suffix}"
    number = 2
    while target in taken:
        target = folder / f"{picture.stem}-{number}{suffix}"
        number += 1
    return target


def _refuse_overwriting(jobs: Sequence[tuple[Path, Path]]) -> None:
    sources = {source.resolve() for source, _ in jobs}
    for _, target in jobs:
        if target.resolve() in sources:
            raise OutputError(f"{target}: would overwrite an input; choose another name for -o")


def draw_all(
    planned: Plan,
    draw: Callable[[Path], Image],
    out: Path,
    label: str,
    compare: bool = False,
    watch: Callable[[Parts], None] | None = None,
    animate: Callable[[Path, Path], object] | None = None,
) -> None:
    """Draw and save every planned picture, then :func:`report`. ``compare`` adds the photo.

    ``watch`` is called with a function that shows how many parts of a picture are done, and of how
    many. ``animate`` draws an animated picture to a file that can hold it; of others, and without
    it, the first frame is drawn.
    """
    failures = []
    with progress_bar(label, len(planned.jobs), "pictures") as update:
        for done, (source, target) in enumerate(planned.jobs, start=1):
            if watch:
                watch(_parts(update, done - 1))
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                moving = images.is_animated(source)
                if moving and animate is not None and target.suffix.lower() in ANIMATED:
                    animate(source, target)
                else:
                    _draw_still(source, target, draw, compare)
                    if moving:
                        complain(f"{source}: is animated; its first frame was drawn")
            except DiskFull:
                raise  # so will the others
            except RosetailError as error:
                failures.append(error)
            except Exception as error:
                if not out_of_memory(error):
                    raise
                failures.append(
                    InputError(f"{source}: there is not enough memory; make it smaller")
                )
            update(done, None)
    report(planned, failures, out)


def _parts(update: Callable[[float, int | None], None], before: int) -> Parts:
    """What shows the parts of a picture on the bar, ``before`` pictures being done."""
    return lambda part, of: update(before + part / of, None)


def _draw_still(source: Path, target: Path, draw: Callable[[Path], Image], compare: bool) -> None:
    drawn = draw(source)
    if not compare:
        images.save(drawn, target)
        return
    images.save(images.side_by_side(images.read(source), images.read(drawn)), target)


def draw_piped(draw: Callable[[Path], Image], source: Path, out: Path) -> None:
    """Draw one picture from standard input or to standard output, as PNG."""
    drawn = draw(source)
    if out != PIPE:
        images.save(drawn, out)
        print(out)
        return
    data = io.BytesIO()
    drawn.save(data, "PNG")
    sys.stdout.buffer.write(data.getvalue())


def report(planned: Plan, failures: Sequence[RosetailError], out: Path) -> None:
    """Print the results and errors; exit with status 1 or 2 if an input failed."""
    if planned.drawn_before:
        complain(f"{planned.drawn_before} pictures were drawn before; --again draws them anew")
    failures = [*planned.failures, *failures]
    total = len(planned.jobs) + len(planned.failures)
    written = total - len(failures)
    if total == 1 and written:
        print(out)
    elif written:
        print(f"{written} pictures in {out}")
    if total > 1 and failures:
        complain(f"{len(failures)} of {total} inputs failed:")
    for error in failures:
        complain(str(error))
    if failures:
        raise typer.Exit(1 if written or planned.drawn_before else 2)
