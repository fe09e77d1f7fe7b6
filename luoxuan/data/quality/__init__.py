"""Quality of data「数据质量」: checks, scores, rows to be corrected, corrections, outliers."""
