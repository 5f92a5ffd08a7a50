"""What of a portrait's hair and ornaments shows, read off its parameters."""

from __future__ import annotations

from rosetail.painter.params import PaintParams

# Hairdos that are the same whatever the fringe.
WITHOUT_FRINGE = (
    "bald", "buzz", "slicked", "undercut", "curly", "afro", "locs", "cornrows",
)  # fmt: skip
HATS = ("beret", "cap", "straw_hat", "beanie")
# A hat needs a smooth crown, and would hide shaven sides.
NO_HATS = (
    "spiky", "curly", "afro", "bun", "two_buns", "twin_tails", "half_up", "undercut", "ponytail",
)  # fmt: skip
# Hair long enough for tips of another colour.
TIPPED = (
    "bob", "shoulder", "straight", "wavy", "half_up", "ponytail", "low_ponytail", "side_tail",
    "twin_tails", "low_twin_tails",
)  # fmt: skip
# Hairdos that leave the ears free.
EARS_FREE = (
    "bald", "buzz", "short", "slicked", "undercut", "spiky", "messy", "cornrows", "bun", "two_buns",
)  # fmt: skip


def is_covered(p: PaintParams) -> bool:
    """Whether a scarf covers hair and ears."""
    return p.ornament == "headscarf"


def shows_tips(p: PaintParams) -> bool:
    """Whether there are tips of another colour."""
    return p.hair_tips and p.hair_back in TIPPED and not is_covered(p)


def shows_ahoge(p: PaintParams) -> bool:
    """Whether a single lock stands up from the crown."""
    smooth = p.hair_back not in WITHOUT_FRINGE and not is_covered(p)
    return p.ahoge and smooth and p.ornament not in HATS


def shows_ears(p: PaintParams) -> bool:
    """Whether no hair hangs over the ears."""
    return p.hair_back in EARS_FREE and p.hair_sides not in ("long", "hime") and not is_covered(p)


def shows_earrings(p: PaintParams) -> bool:
    """Whether earrings can be seen: they hang below hair that covers the ears, too."""
    return p.earrings and not is_covered(p) and p.ornament != "headphones"
