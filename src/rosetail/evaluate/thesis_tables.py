"""The numbers of the thesis that named the measures: selfie2anime at 256 pixels, DeepDanbooru's
tags, a ResNet-50 as re-scorer ([T1] tables 5.2 to 5.6). ``WHAT`` orders rows and columns."""

from __future__ import annotations

from typing import NamedTuple

WHAT = ("mouth", "hair", "eyes")


class Row(NamedTuple):
    """Of one edit: FID, DFID and the mean LPIPS of ten characters of a photo."""

    fid: float
    dfid: float
    lpips: float


ORIGINAL = Row(82.708, 86.73, 0.462)
# SeFa was measured once, with no edit named.
SEFA = Row(80.595, 90.55, 0.428)
DISTANCES: dict[tuple[str, str], Row] = {
    ("lasso", "hair"): Row(89.074, 102.76, 0.423),
    ("lasso", "eyes"): Row(89.536, 99.46, 0.409),
    ("lasso", "mouth"): Row(103.541, 118.75, 0.445),
    ("linear", "hair"): Row(106.50, 111.8, 0.4605),
    ("linear", "eyes"): Row(94.92, 116.92, 0.472),
    ("linear", "mouth"): Row(115.62, 122.98, 0.448),
    ("svd", "hair"): Row(98.666, 111.59, 0.367),
    ("svd", "eyes"): Row(107.915, 113.35, 0.422),
    ("svd", "mouth"): Row(134.339, 115.83, 0.369),
}
# Rows are edits, columns changes of the scores of mouth, hair and eyes.
RESCORED: dict[str, tuple[tuple[float, ...], ...]] = {
    "sefa": ((-0.107, -0.045, -0.014), (-0.045, -0.045, -0.107), (-0.037, -0.082, -0.082)),
    "lasso": ((0.438, 0.012, -0.000), (0.125, 0.258, 0.012), (0.125, 0.258, 0.012)),
    "linear": ((0.671, 0.084, 0.024), (0.178, 0.216, 0.021), (0.178, 0.216, 0.021)),
    "svd": ((0.667, 0.119, -0.003), (0.169, 0.336, 0.032), (0.169, 0.336, 0.032)),
}
DIFFERENCE = (
    "The thesis measured the published GANs N' Roses model on selfie2anime: 100 selfies of women, "
    "100 drawings that are not free, Inception features, directions from DeepDanbooru's tags, and "
    "a ResNet-50 taught on labelled drawings as re-scorer. Here model, photos, drawings, tagger "
    "and re-scorer are others, and the features are those named above. So only what compares a "
    "model with itself can be set beside it: the ratio of a distance after an edit to the one "
    "before, and the shape of a re-scoring matrix. In the thesis's matrices the row of the eyes "
    "repeats the row of the hair: its edit never closed the eyes."
)
