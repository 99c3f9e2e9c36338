"""When a person has to mend something, and how that is shown; the mending is in `repairs.py`."""
