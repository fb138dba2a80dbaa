#!/usr/bin/env bash
# Made by `autograder gradescope`. Gradescope runs it once, as root, when it builds the image; the
# bundle lies unpacked in /autograder/source then.
set -euo pipefail
root="${AUTOGRADER_GRADESCOPE_ROOT:-/autograder}"
source="$root/source"

# Hidden checks lie in there; the notebooks run as another user.
chmod -R go-rwx "$source"
chmod go+x "$root" "$source"
chmod -R go+rX "$source/package"

use() {
  printf '#!/usr/bin/env bash\nexec "%s" "$@"\n' "$1" > "$source/python"
  chmod 755 "$source/python"
}

if [ -n "${AUTOGRADER_GRADESCOPE_PYTHON:-}" ]; then
  use "$AUTOGRADER_GRADESCOPE_PYTHON"  # an image that has everything already
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap libseccomp2 ca-certificates
made_with="$(cat "$source/python-version")"
python=""
for version in "$made_with" 3.12 3.11 3.13; do
  if command -v "python$version" > /dev/null ||
     apt-get install -y --no-install-recommends "python$version" "python$version-venv"; then
    python="python$version"
    break
  fi
done
if [ -z "$python" ]; then
  echo "Python 3.11, 3.12 or 3.13 expected from apt-get, found none. Choose a newer base image." >&2
  exit 1
fi
apt-get install -y --no-install-recommends "$python-venv" || true
# Outside of /autograder/source: the user who runs the notebooks has to read it.
"$python" -m venv /opt/autograder-venv
/opt/autograder-venv/bin/python -m pip install --quiet --no-cache-dir -r "$source/requirements.txt"
use /opt/autograder-venv/bin/python
