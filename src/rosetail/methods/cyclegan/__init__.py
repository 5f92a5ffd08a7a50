"""CycleGAN (Zhu and others 2017)."""
