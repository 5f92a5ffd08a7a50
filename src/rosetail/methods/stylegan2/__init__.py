"""StyleGAN2 (Karras and others 2020) and projection of photos into it."""
