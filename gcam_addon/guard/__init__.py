"""The guard: armed or not, what is an alarm, and who may say so."""
