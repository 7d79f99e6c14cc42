"""The ground of every HTML page."""
