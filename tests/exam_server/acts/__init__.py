"""What people and the clock do, each act through the store."""
