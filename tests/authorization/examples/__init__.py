"""Examples of the routes of each package."""
