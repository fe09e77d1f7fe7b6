"""Another school by configuration alone: two examples, their figures worked out a second time."""
