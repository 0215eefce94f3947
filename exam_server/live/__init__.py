"""What is pushed: the hub, the sockets, presence, and the bus between processes."""
