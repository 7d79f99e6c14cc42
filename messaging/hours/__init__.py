"""When commercial messages may be sent: a policy that staff keep, asked by whoever accepts and whoever sends."""
