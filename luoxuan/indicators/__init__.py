"""Indicators「指标」: definitions, thresholds, runs and the readings they yield."""
