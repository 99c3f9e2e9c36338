"""Finding cameras on the network."""
