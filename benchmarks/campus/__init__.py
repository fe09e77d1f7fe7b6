"""60,000 subjects「对象规模」: recorded, paged within a scope, joined with rows."""
