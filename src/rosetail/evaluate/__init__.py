"""Compare methods and edits: measures with confidence intervals, and reports."""
