"""The Lua scripts that Redis runs."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "lua"


def script_text(name: str) -> str:
    """The text of `shared/lua/NAME.lua`, whose first lines say what goes in and out. Raises FileNotFoundError."""
    return (_FOLDER / f"{name}.lua").read_text(encoding="utf-8")
