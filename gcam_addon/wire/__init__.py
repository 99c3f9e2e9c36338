"""What a camera says over HTTP: addresses, credentials, connections, multipart, heads of JPEGs.

Below everything that talks to boards (sources, boards); what is done with the answers is theirs.
"""
