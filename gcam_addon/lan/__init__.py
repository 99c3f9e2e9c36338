"""The camera network: a network of the boards' own, on an interface that nobody else uses. Decided here,
without I/O: what may be served (`judging`), what dnsmasq is told (`configuration`), who has which address
(`leases`), whether somebody else gives addresses away (`inquiry`), what is open to the boards (`passage`).
Done by `boards` (those that are named for good), `interfaces`, `asking`, `dnsmasq`, `access_point` and, over
all of them, `service`.
"""
