"""Odd files that the test suites of spreadsheet libraries collected: each ends in an answer."""
