"""`gcam save-events`: what a running Gcam tells of is saved into a folder, on this machine or any other."""
