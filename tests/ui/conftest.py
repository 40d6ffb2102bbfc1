"""Browser tests need playwright and a chromium; without either they are not collected."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

CHROMIUM = os.environ.get("SIMULATOR_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
"""The browser: named by SIMULATOR_CHROMIUM, else the system's."""

collect_ignore_glob: list[str] = []
if importlib.util.find_spec("playwright") is None or not Path(CHROMIUM).is_file():
    collect_ignore_glob.append("test_*browser*.py")
