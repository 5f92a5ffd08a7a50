"""The double-tail GAN of AnimeGANv3 (Liu, Chen and Gao 2024)."""
