"""What Rosetail reaches, measured: ratios within one run, the machine named beside them."""
