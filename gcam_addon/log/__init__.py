"""What Gcam says of itself: how lines look, the last ones kept for the page, happenings as lines."""
