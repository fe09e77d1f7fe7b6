"""The data directory「数据目录」: what is held, who uses it, what is asked for, and counts."""
