"""The warehouse「数据仓库」: immutable Parquet files, one engine, aggregation; pure, no Django."""
