"""The portal: home, subject pages, configuration packages, catch-up; the composition root."""
