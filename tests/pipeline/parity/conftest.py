"""Classic courses: their words and corpus lie beside the tests, and importlib mode adds no path."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
