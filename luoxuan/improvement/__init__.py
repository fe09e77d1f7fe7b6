"""Improvements: cause, measure, proof."""
