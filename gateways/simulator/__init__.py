"""The operators' side, played by a process of its own: `python -m gateways.simulator`. Knows nothing of the platform."""
