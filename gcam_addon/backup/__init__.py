"""What an owner takes away and brings back: one archive by hand, whole databases while a backup is made."""
