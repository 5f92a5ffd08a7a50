"""GANs N' Roses (Chong and Forsyth 2021)."""
