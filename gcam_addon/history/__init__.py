"""What happened, kept: motion, cameras lost and back, why something was not recorded; with small pictures."""
