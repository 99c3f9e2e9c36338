"""What Gcam's actions do, once `services.py` has understood what is wanted."""
