"""Benchmarks. Results are ratios within one run, stored with a description of the machine."""
