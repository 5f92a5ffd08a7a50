"""The error tree: what catches what, and messages that end with what to do."""

from __future__ import annotations

import pytest

import rosetail
from rosetail import errors

NAMES = [
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and kind.__module__ == errors.__name__
]


def test_every_error_is_a_rosetail_error_and_public() -> None:
    for name in NAMES:
        kind = getattr(errors, name)
        assert issubclass(kind, rosetail.RosetailError)
        assert getattr(rosetail, name) is kind
    assert issubclass(rosetail.NoFaceFound, rosetail.InputError)


def test_the_tree_drawn_in_the_docstring_is_the_tree() -> None:
    for name in NAMES:
        assert name in (errors.__doc__ or "")


def test_unknown_style_guesses_and_lists() -> None:
    message = str(errors.UnknownStyle("cell", ["soft", "cel"]))
    assert message == ("no style is called 'cell'; did you mean 'cel'? choose one of: cel, soft")
    assert str(errors.UnknownStyle("zzz", ["soft", "cel"])).endswith("choose one of: cel, soft")
    assert str(errors.UnknownStyle("cel")).endswith("run: rosetail models list")


@pytest.mark.parametrize("extra", ["train", "paint"])
def test_extra_missing_names_the_install(extra: str) -> None:
    message = str(errors.ExtraMissing("training", extra))
    assert message.endswith(f'run: pip install "rosetail[{extra}]"')
    assert message.startswith("training needs")
