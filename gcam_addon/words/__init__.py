"""What Gcam says to people: sentences by code, in English and French."""
