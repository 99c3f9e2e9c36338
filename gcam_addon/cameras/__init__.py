"""The cameras that are configured: adding, changing and removing them, whoever asks."""
