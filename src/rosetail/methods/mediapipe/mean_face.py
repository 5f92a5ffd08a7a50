"""Compute the mean face shape, the reference for head pose, from meshes of photos.

Generalised Procrustes analysis (Gower 1975): all meshes and their mirror images are fitted to the
mean by similarity transforms and averaged again, until convergence.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from rosetail import images
from rosetail.arrays import Doubles
from rosetail.errors import InputError
from rosetail.faces.faces import find
from rosetail.faces.mesh import find_mesh
from rosetail.faces.pose import OUTER_CORNERS, POINTS, fit_similarity

ROUNDS = 10


def write_mean_face(folder: str | os.PathLike[str], out: str | os.PathLike[str]) -> int:
    """Write the mean face [468, 3] (float16 .npy, head space) of the photos in ``folder``; return
    the number of faces. Raises InputError if there is no face."""
    meshes: list[Doubles] = []
    twins: list[Doubles] = []
    for path in images.list_pictures(folder):
        rgb = images.read(path)
        mirrored = np.ascontiguousarray(rgb[:, ::-1])
        for face, mirrored_face in zip(find(rgb)[:1], find(mirrored)[:1], strict=False):
            mesh = find_mesh(rgb, face.landmarks)
            twin = find_mesh(mirrored, mirrored_face.landmarks)
            meshes.append(np.array(mesh.points[:POINTS] * (1, 1, -1), np.float64))
            twins.append(np.array(twin.points[:POINTS] * (1, 1, -1), np.float64))
    if not meshes:
        raise InputError(f"{folder}: no face in it; give a folder of portraits")
    with images.writing(out) as part, part.open("wb") as file:
        np.save(file, mean_face(meshes, twins).astype(np.float16))
    return len(meshes)


def mean_face(meshes: Sequence[Doubles], twins: Sequence[Doubles]) -> Doubles:
    """The symmetric mean shape [468, 3] of ``meshes`` and those of the mirrored photos, ``twins``.

    A mirrored photo's mesh is that of the mirrored face, so the mean over both is symmetric. Its
    orientation is the average orientation of the faces.
    """
    every = np.stack([_normal(mesh) for mesh in (*meshes, *twins)])
    mean = every.mean(0)
    for _ in range(ROUNDS):
        fitted = []
        for mesh in every:
            rotation, scale, shift = fit_similarity(mesh, mean)
            fitted.append(scale * mesh @ rotation.T + shift)
        mean = np.mean(fitted, axis=0)
    # The mean of fitted shapes shrinks and may rotate: restore the average orientation.
    turns = np.mean([fit_similarity(mean, mesh)[0] for mesh in every], axis=0)
    u, _, vt = np.linalg.svd(turns)
    return _normal(mean @ (u @ vt).T)


def _normal(points: Doubles) -> Doubles:
    """Centred, with the outer corners of the eyes one unit apart."""
    left, right = OUTER_CORNERS
    points = np.asarray(points, np.float64) - points.mean(0)
    return points / np.linalg.norm(points[right] - points[left])
