"""Pages of tasks, monthly sheets and dates."""
