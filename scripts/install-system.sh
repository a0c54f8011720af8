#!/usr/bin/env bash
# Installs the programs that the tests drive, only those that are missing: a browser with fonts, an IMAP and an
# SMTP server. Needs root and apt-get for that; without them it says what to install and ends with status 3.
# `--missing` prints the test markers that cannot run (browser, mailserver), one a line, and changes nothing.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

has() { command -v "$1" >/dev/null 2>&1; }
has_font() { [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.local/share/fonts" -name "$1" -print -quit 2>/dev/null)" ]; }

browser=()
has chromium || has chromium-browser || has google-chrome || browser+=(chromium)
has_font 'NotoSansCJK*' || browser+=(fonts-noto-cjk)
has_font 'NotoColorEmoji*' || browser+=(fonts-noto-color-emoji)
mail=()
has dovecot || mail+=(dovecot-core)
{ [ -e /usr/lib/dovecot/imap ] || [ -e /usr/libexec/dovecot/imap ]; } || mail+=(dovecot-imapd)
has exim4 || has exim || mail+=(exim4-daemon-light)

if [ "${1:-}" = --missing ]; then
  has chromium || has chromium-browser || has google-chrome || echo browser
  [ ${#mail[@]} -eq 0 ] || echo mailserver
  exit 0
fi

wanted=("${browser[@]}" "${mail[@]}")
if [ ${#wanted[@]} -eq 0 ]; then
  echo "All programs that the tests drive are here."
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! has apt-get; then
  echo "Missing for the complete tests: ${wanted[*]}"
  echo "Install them as root, on Debian with: apt-get install --no-install-recommends ${wanted[*]}"
  exit 3
fi

# The servers are started by the tests, with their own settings, never as services of this machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
patient=(-o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
echo "Installing ${wanted[*]} …"
apt-get "${patient[@]}" update
apt-get "${patient[@]}" install --yes --no-install-recommends "${wanted[@]}"
if has systemctl && [ ${#mail[@]} -gt 0 ]; then
  systemctl disable --quiet dovecot exim4 2>/dev/null || true
fi
