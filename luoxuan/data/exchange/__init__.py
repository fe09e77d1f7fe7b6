"""Exchange with superior platforms「国家平台对接」: packages, signed bundles, receipts, imports."""
