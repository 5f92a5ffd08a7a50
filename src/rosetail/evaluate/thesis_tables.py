"""Published values of Trần and Vòng (2022), tables 5.2 to 5.6: selfie2anime at 256 pixels."""

from __future__ import annotations

from typing import NamedTuple


class PublishedValues(NamedTuple):
    """FID, DFID and mean LPIPS of ten characters of a photo after one edit."""

    fid: float
    dfid: float
    lpips: float


ORIGINAL = PublishedValues(82.708, 86.73, 0.462)
SEFA = PublishedValues(80.595, 90.55, 0.428)  # measured once, for no particular edit
DISTANCES = {
    ("lasso", "hair"): PublishedValues(89.074, 102.76, 0.423),
    ("lasso", "eyes"): PublishedValues(89.536, 99.46, 0.409),
    ("lasso", "mouth"): PublishedValues(103.541, 118.75, 0.445),
    ("linear", "hair"): PublishedValues(106.50, 111.8, 0.4605),
    ("linear", "eyes"): PublishedValues(94.92, 116.92, 0.472),
    ("linear", "mouth"): PublishedValues(115.62, 122.98, 0.448),
    ("svd", "hair"): PublishedValues(98.666, 111.59, 0.367),
    ("svd", "eyes"): PublishedValues(107.915, 113.35, 0.422),
    ("svd", "mouth"): PublishedValues(134.339, 115.83, 0.369),
}
# Rows are edits, columns changes of the scores of mouth, hair and eyes.
RESCORED: dict[str, tuple[tuple[float, ...], ...]] = {
    "sefa": ((-0.107, -0.045, -0.014), (-0.045, -0.045, -0.107), (-0.037, -0.082, -0.082)),
    "lasso": ((0.438, 0.012, -0.000), (0.125, 0.258, 0.012), (0.125, 0.258, 0.012)),
    "linear": ((0.671, 0.084, 0.024), (0.178, 0.216, 0.021), (0.178, 0.216, 0.021)),
    "svd": ((0.667, 0.119, -0.003), (0.169, 0.336, 0.032), (0.169, 0.336, 0.032)),
}
DIFFERENCES = (
    "The thesis measured the published GANs N' Roses model on selfie2anime: 100 selfies of women, "
    "100 copyrighted drawings, Inception features, directions from DeepDanbooru's tags, and a "
    "ResNet-50 trained on labelled drawings as re-scorer. Model, photos, drawings, tagger and "
    "re-scorer differ here, and the features are those named above. Therefore only comparisons "
    "within one model carry over: the ratio of a distance after an edit to the one before, and the "
    "shape of a re-scoring matrix. In the thesis's matrices the rows of eyes and hair are equal: "
    "its edit did not close the eyes."
)


def distances_of(method: str, part: str) -> PublishedValues | None:
    """The published values of an edit; ``part`` is empty for the original."""
    if not part:
        return ORIGINAL
    return SEFA if method == "sefa" else DISTANCES.get((method, part))
