"""The data centre「数据中心」: datasets, imports, versions; see README.md."""
