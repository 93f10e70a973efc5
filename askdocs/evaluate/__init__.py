"""Evaluation: suites of cases, runs over them, scores, comparisons and reports."""
