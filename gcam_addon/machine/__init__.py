"""What Gcam asks of the computer it runs on: cores, memory, names, users, its terminal."""
