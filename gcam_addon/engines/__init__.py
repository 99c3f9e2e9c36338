"""Where cameras run. `local`: in this process."""
