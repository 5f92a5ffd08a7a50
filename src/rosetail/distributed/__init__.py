"""Share long jobs between processes and machines (Ray)."""
