"""The operators' side, played by a process of its own that knows nothing of the platform."""
