"""Comparisons as papers make them: methods, measures with intervals, one report."""
