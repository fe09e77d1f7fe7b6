"""The small loop「小循环」: watches compare new readings with thresholds and open alerts."""
