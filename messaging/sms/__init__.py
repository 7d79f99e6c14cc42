"""Messages: accept, dispatch, deliver, reconcile."""
