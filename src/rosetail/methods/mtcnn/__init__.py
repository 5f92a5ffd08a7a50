"""Import of the MTCNN face detector (Zhang et al. 2016)."""
