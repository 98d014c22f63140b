"""Torch, where a process has imported it; what stands in for a forbidden package is not torch."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def torch_if_loaded() -> Any:
    """Return the module torch if this process has imported it, else None."""
    found = sys.modules.get("torch")
    return found if type(found) is ModuleType else None
