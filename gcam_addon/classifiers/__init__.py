"""Implementations of interfaces.Classifier: `ssd` (people, vehicles, animals) and `nothing`."""
