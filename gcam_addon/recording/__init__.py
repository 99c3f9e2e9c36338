"""Recording: frames become a durable journal at once, and an MP4 with its index entry later."""
