#!/usr/bin/env bash
# Chromium and a Chinese font for the browser tests: installs them on Debian and Ubuntu, elsewhere says what to install.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then browser=$name; break; fi
done
if fc-list 2>/dev/null | grep -q "Noto Sans CJK SC"; then font=yes; fi  # the stored pictures are set in it
if [ -n "${browser:-}" ] && [ -n "${font:-}" ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
if ! command -v apt-get >/dev/null || { [ "${#as_root[@]}" -gt 0 ] && ! command -v sudo >/dev/null; }; then
  echo "The browser tests need Chromium (or Google Chrome) and a font with Chinese (Noto Sans CJK)." >&2
  echo "Install both with your system's package manager, then run this again." >&2
  echo "Debian, Ubuntu: apt-get install chromium fonts-noto-cjk fontconfig" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
package=chromium
apt-cache show chromium >/dev/null 2>&1 || package=chromium-browser  # Ubuntu's name for it
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "$package" fonts-noto-cjk fontconfig >/dev/null
