"""coffee_daemon."""
