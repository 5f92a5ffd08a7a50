"""U-GAT-IT (Kim and others 2020)."""
