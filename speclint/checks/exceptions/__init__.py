"""Comments that turn checks off, and the checks of those comments."""
