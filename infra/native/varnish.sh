#!/bin/sh
# Looks for varnishd, for the tests with a real cache in front of the edge, and installs it from the system's packages
# where that is allowed. Without one these tests alone are skipped, and say so.
set -eu

has_varnish() {
    PATH=$PATH:/usr/sbin command -v varnishd >/dev/null
}

has_varnish && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Varnish from the system's packages …" >&2
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # no Varnish is started as a service
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends varnish gcc libc6-dev; } >&2 || true
fi
has_varnish || echo "There is no varnishd: install Varnish, or the tests with it in front are skipped" >&2
