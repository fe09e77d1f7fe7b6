"""Drawings made on the server: SVG without script, for screens, paper and screen readers."""
