"""Work item W2: import with eight checks, good rows stored, every bad row reported."""
