"""A faithful virtual ESP32-CAM: its pictures, what its firmwares say on the wire, and its faults."""
