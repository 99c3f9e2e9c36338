"""What is wrong with a set-up, and how to mend it: `gcam check`. Looks, and changes nothing."""
