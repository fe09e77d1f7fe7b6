"""The data standard「数据标准」: what every dataset means, who owns it, and how it changed."""
