"""Other systems「数据源」 that datasets are filled from: what is pulled, when, and what came."""
