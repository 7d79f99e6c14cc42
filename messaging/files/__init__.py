"""What people upload and take away, and the long work on it."""
