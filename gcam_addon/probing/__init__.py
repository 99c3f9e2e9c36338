"""What is at an address, whatever it speaks."""
