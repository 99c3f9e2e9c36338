"""One module per feature: which parts it has, how they are wired, and that they end when Gcam ends."""
