"""Ground of every HTML page: who may see it, in which language, and what an error looks like."""
