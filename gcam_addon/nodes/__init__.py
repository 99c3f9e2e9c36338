"""Cameras in other processes: a node runs some, the desk shows and records what comes of all."""
