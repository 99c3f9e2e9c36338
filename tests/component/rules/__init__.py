"""What Home Assistant's own checker (hassfest), its Marketplace and HACS ask of a custom integration, and
what we ask of ourselves beyond. Each rule takes a `Component` and yields what is wrong, a sentence each.

None of those checkers can be had from a package registry: their rules are followed here, not their code.
"""
