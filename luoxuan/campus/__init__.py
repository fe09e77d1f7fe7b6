"""Who and where: units, subjects, periods, memberships, grants and the scope of a request."""
