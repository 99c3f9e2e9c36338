"""Cameras that dial in over TCP (docs/ref/push.md): `listener` and `caller` on Gcam's side, `sender` and the
command `gcam push` on the camera's.
"""
