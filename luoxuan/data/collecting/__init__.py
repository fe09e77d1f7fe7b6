"""Online filling「在线填报」: rows asked of units and persons, checked, returned, accepted."""
