"""What a firm's messages came to: by day, sender ID, road and operator, kept ready so that nobody counts when asked."""
