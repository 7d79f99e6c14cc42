"""The ground of every JSON door."""
