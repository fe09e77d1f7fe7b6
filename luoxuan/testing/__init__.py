"""What tests share: one small fictional college, and the outside helpers they start."""
