"""What a CPA gets: the packet of a client and year, and a client's whole file."""
