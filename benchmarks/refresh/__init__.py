"""Work item `refresh` 「指标刷新」: every indicator of every level, and the alerts."""
