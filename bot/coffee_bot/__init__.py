"""coffee_bot."""
