"""Find, measure and apply directions in style space."""
