"""Work item `report` 「报告」: 40 A4 pages, 40 tables, 20 charts, Chinese, as PDF and as Word."""
