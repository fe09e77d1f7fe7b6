"""What every package may lean on: login identity, audit, settings of the institution, logs."""
