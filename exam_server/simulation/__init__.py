"""Simulated people: staff and candidates who use the server as browsers do, over HTTP and WebSocket alone."""
