"""What moves in a picture: decoding to a small luma, and interchangeable detectors over it. No tracking."""
