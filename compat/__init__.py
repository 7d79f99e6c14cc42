"""Other vendors' APIs, served on our domain, fenced off from everything else."""
