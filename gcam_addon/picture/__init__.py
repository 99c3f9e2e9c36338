"""JPEGs: their headers, which way up they are, and in and out of pixels."""
