"""AnimeGANv2 (Chen, Liu and Chen 2020)."""
