"""What happened, kept: events with their small pictures and reasons."""
