"""Settings of an estimator by name, as scikit-learn asks for them, without the second that importing it takes."""

from __future__ import annotations

import inspect
from typing import Any, Self


class Settings:
    """Gives an estimator ``get_params`` and ``set_params``: its settings are what its ``__init__`` takes and stores.

    Examples
    --------
    >>> class Counter(Settings):
    ...     def __init__(self, least=3):
    ...         self.least = least
    >>> Counter(4).get_params(), Counter().set_params(least=5).least
    ({'least': 4}, 5)
    """

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **settings: Any) -> Self:
        """Change settings by name.

        Raises
        ------
        ValueError
            There is no such setting.
        """
        for name, value in settings.items():
            if name not in self.get_params():
                raise ValueError(f"{type(self).__name__} has no setting {name!r}")
            setattr(self, name, value)
        return self
