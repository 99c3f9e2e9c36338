"""One module per change of the schema, named `<what>_<number>`."""
