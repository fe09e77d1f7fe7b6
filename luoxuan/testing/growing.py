def grow_packages(*a): pass
