"""What the media browser shows: where things are, what they are called, how they are found."""
