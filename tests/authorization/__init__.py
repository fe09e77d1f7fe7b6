"""Who may do what where: the matrix of the requirements against the product."""
