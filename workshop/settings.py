"""The settings, as `config.py` reads them: at the top of a checkout, in an installed program beside this file.

It is found by its place and not by its name: the folder from which the workshop is started may have a config.py too.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config import EMAIL, OpenID, Settings, WrongSetting, from_environment, is_own
else:
    beside = Path(__file__).with_name("config.py")
    path = beside if beside.is_file() else Path(__file__).parent.parent / "config.py"
    known = sys.modules.get("config")
    if getattr(known, "__file__", None) != str(path):
        spec = spec_from_file_location("workshop.config", path)
        known = sys.modules[spec.name] = module_from_spec(spec)
        spec.loader.exec_module(known)
    Settings, WrongSetting, from_environment = known.Settings, known.WrongSetting, known.from_environment
    EMAIL, OpenID, is_own = known.EMAIL, known.OpenID, known.is_own

__all__ = ["EMAIL", "OpenID", "Settings", "WrongSetting", "from_environment", "is_own"]
