"""Where pictures come from: one module per kind of source, and the pure parts they are made of."""
