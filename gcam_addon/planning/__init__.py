"""`gcam plan`: what cameras will cost here, what limits first, and what to change."""
