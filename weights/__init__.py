"""Makes the model that names what moves, when the package is built: see docs/design/naming.md."""
