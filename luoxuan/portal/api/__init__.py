"""The interface「接口」 for programs: the same queries, rights and checks as the pages, as JSON."""
