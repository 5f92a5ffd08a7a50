"""Losses of the double-tail recipes.

:func:`vgg_content`, :func:`gram_style` and :func:`guided_filter` are AnimeGANv3's (Liu, Chen and
Gao 2024); :func:`identity` is T2's. The supervised recipe uses the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def vgg_content(output_map: Tensor, target_map: Tensor) -> Tensor:
    """L_con of AnimeGANv3: mean absolute difference of two maps (N, C, H, W), divided by C.

    The paper uses conv4_4 before its ReLU. The division by C is the published code's, and the
    published weights assume it. Region smoothing and fine-grained revision are the same distance
    to other targets.
    """
    return F.l1_loss(output_map.float(), target_map.float()) / output_map.shape[1]


def identity(
    output: Tensor,
    photo: Tensor,
    output_maps: Sequence[Tensor],
    photo_maps: Sequence[Tensor],
    pixel_weight: float,
) -> Tensor:
    """Identity loss: :func:`vgg_content` summed over maps plus ``pixel_weight`` times L1.

    Maps are conv3_3 and, if the weights reach that far, conv4_3. Pictures are (N, 3, H, W).
    """
    content = sum(vgg_content(*maps) for maps in zip(output_maps, photo_maps, strict=True))
    return content + pixel_weight * F.l1_loss(output.float(), photo.float())


def centred_gram(feature_map: Tensor) -> Tensor:
    """Gram matrix of a mean-removed map: (N, C, H, W) to (N, C, C), divided by C H W.

    Subtracting each channel's mean ("decentralisation") removes brightness from the style. Computed
    in float32 because the loss is a small difference of large sums.
    """
    with torch.autocast(feature_map.device.type, enabled=False):
        rows = feature_map.float().permute(0, 2, 3, 1).flatten(1, 2)
        rows = rows - rows.mean(1, keepdim=True)
        return rows.transpose(1, 2) @ rows / (rows.shape[1] * rows.shape[2])


def gram_style(
    output_maps: Sequence[Tensor], target_grams: Sequence[Tensor], weights: Sequence[float]
) -> Tensor:
    """L_sty of AnimeGANv3: weighted L1 of Gram matrices at several depths, each divided by C.

    Maps are of the grey output, (N, C, H, W), shallow to deep. ``target_grams`` are
    :func:`centred_gram` of the drawings' maps, (N or 1, C, C). The paper uses conv2_2, conv3_3 and
    conv4_4 with weights 0.1, 2 and 28.
    """
    terms = [
        weight * (centred_gram(output) - target).abs().mean() / output.shape[1]
        for output, target, weight in zip(output_maps, target_grams, weights, strict=True)
    ]
    return torch.stack(terms).sum()


def guided_filter(x: Tensor, guide: Tensor, radius: int = 2, eps: float = 0.01) -> Tensor:
    """Edge-preserving smoothing of ``x`` by ``guide`` (He, Sun and Tang 2013); differentiable.

    Each channel of ``x`` is filtered with the same channel of ``guide`` (or its only one), both
    (N, C, H, W) in [-1, 1]; returns float32. ``radius`` is in pixels; ``eps`` is a variance for
    pictures in [0, 1], as in the paper: regions with less variance are flattened. Windows are
    cropped at the border. AnimeGANv3 filters its output with itself, radius 2 and eps 0.01.
    """
    x, guide = x.float(), guide.float()
    mean_x, mean_guide = _box_mean(x, radius), _box_mean(guide, radius)
    covariance = _box_mean(guide * x, radius) - mean_guide * mean_x
    variance = _box_mean(guide * guide, radius) - mean_guide * mean_guide
    slope = covariance / (variance + 4 * eps)  # the range [-1, 1] has 4 times the variance
    offset = mean_x - slope * mean_guide
    return torch.addcmul(_box_mean(offset, radius), _box_mean(slope, radius), guide)


def _box_mean(x: Tensor, radius: int) -> Tensor:
    return F.avg_pool2d(x, 2 * radius + 1, stride=1, padding=radius, count_include_pad=False)


def change_weight(photo: Tensor, target: Tensor, emphasis: float) -> Tensor:
    """Per-pixel weights (N, 1, H, W): 1 plus ``emphasis`` times the local change (0..1).

    Eyes and lines are small: without weights, copying the photo already gives a low loss.
    """
    difference = (target - photo).abs().mean(1, keepdim=True) / 2
    return 1 + emphasis * F.avg_pool2d(difference, 5, stride=1, padding=2)


def gradient_difference(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """L1 of the horizontal and vertical image gradients of two pictures (N, 3, H, W).

    ``weight`` (N, 1, H, W) multiplies each pixel's difference.
    """
    error = output.float() - target
    down = ((error[:, :, 1:] - error[:, :, :-1]).abs() * weight[:, :, 1:]).mean()
    right = ((error[..., 1:] - error[..., :-1]).abs() * weight[..., 1:]).mean()
    return down + right


def statistics_difference(output_map: Tensor, target_map: Tensor) -> Tensor:
    """L1 of each channel's mean and standard deviation, divided by the target's mean.

    The style loss of AdaIN (Huang and Belongie 2017, eq. 13) with L1. Pixelwise losses prefer a
    blurred line to one that is a pixel off; this one compares the number and sharpness of lines.
    """
    output, target = output_map.float().flatten(2), target_map.float().flatten(2)
    means = (output.mean(2) - target.mean(2)).abs().mean()
    # The epsilon keeps the gradient of the square root finite on flat maps.
    output_std, target_std = ((each.var(2) + 1e-6).sqrt() for each in (output, target))
    return (means + (output_std - target_std).abs().mean()) / target.abs().mean()


def kernel_distance(rows: Tensor, others: Tensor, target: Tensor) -> Tensor:
    """The part of MMD² that depends on ``rows`` (N, D): 2 E k(x, x') - 2 E k(x, y).

    The maximum mean discrepancy with KID's polynomial kernel (Bińkowski et al. 2018, "Demystifying
    MMD GANs", eq. 3 and 4) as a loss (Li, Swersky and Zemel 2015, "Generative Moment Matching
    Networks"): it compares distributions of features, not single pictures. ``others`` (M, D) are
    rows of earlier steps, ``target`` (T, D) those of drawings; neither gets a gradient. All are
    divided by the target's root mean square, so the loss is dimensionless.
    """
    with torch.autocast(rows.device.type, enabled=False):
        scale = target.float().square().mean().sqrt()
        x, own, theirs = (each.float() / scale for each in (rows, others, target))
        return 2 * (_kernel(x, own).mean() - _kernel(x, theirs).mean())


def _kernel(first: Tensor, second: Tensor) -> Tensor:
    """(x·y / D + 1)³ for rows (N, D) and (M, D): (N, M)."""
    return (first @ second.t() / first.shape[1] + 1) ** 3


class FeatureQueue(nn.Module):
    """The latest ``capacity`` feature rows, newest first, in a buffer saved with checkpoints.

    Rows that are all zero are empty.
    """

    rows: Tensor

    def __init__(self, capacity: int, width: int) -> None:
        super().__init__()
        self.register_buffer("rows", torch.zeros(capacity, width))

    def latest(self) -> Tensor:
        """The rows pushed so far, (M, D), M up to ``capacity``."""
        return self.rows[(self.rows != 0).any(1)]

    @torch.no_grad()
    def push(self, rows: Tensor) -> None:
        """Add ``rows`` (N, D) and drop the oldest."""
        self.rows.copy_(torch.cat([rows.detach().float(), self.rows])[: len(self.rows)])
