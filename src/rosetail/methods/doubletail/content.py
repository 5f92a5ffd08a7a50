"""What the picture shows: distances between VGG-19 maps, and keeping the person.

Maps come from ``Vgg19Features``; the recipe computes each picture's maps once and hands them to
every term that needs them, because they cost more than the generator.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional as F


def vgg_content(output_map: Tensor, photo_map: Tensor) -> Tensor:
    """L_con of AnimeGANv3: mean absolute difference of two maps (N, C, H, W), divided by C.

    The paper's map is conv4_4 before its ReLU. The division by C is the published code's, and the
    published weights assume it. Against other pictures the same distance is

    - region smoothing, L_rs: to the output averaged over its own superpixels (a fixed target,
      weight 0.8) and to the photo averaged over its superpixels (0.5);
    - the second half of fine-grained revision, L_per: the main tail to the support tail's output
      after non-local means and L0 smoothing (0.5, beside 50 times L1 of the pictures).
    """
    return F.l1_loss(output_map.float(), photo_map.float()) / output_map.shape[1]


def identity(
    output: Tensor,
    photo: Tensor,
    output_maps: Sequence[Tensor],
    photo_maps: Sequence[Tensor],
    pixels: float,
) -> Tensor:
    """The identity term: VGG content summed over maps, plus ``pixels`` times L1 to the photo.

    Maps are conv3_3 and, where the weights reach that far, conv4_3. Pictures are (N, 3, H, W).
    """
    content = sum(
        vgg_content(mine, theirs) for mine, theirs in zip(output_maps, photo_maps, strict=True)
    )
    return content + pixels * F.l1_loss(output.float(), photo.float())
