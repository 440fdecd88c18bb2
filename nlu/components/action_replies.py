"""Rasa compiles its constant JSON schema anew for every reply of the action server, which is most of a turn's cost.

Here it is compiled once. A refused reply names the place and never the content: the content may be a citizen's words.
"""

from typing import Any

import jsonschema
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def check(_action: RemoteAction, result: Any) -> bool:
    """Return True when an action server's reply has Rasa's form; raises jsonschema.ValidationError otherwise."""
    error = jsonschema.exceptions.best_match(_VALIDATOR.iter_errors(result))
    if error is None:
        return True
    place = "/".join(str(step) for step in error.absolute_path) or "the reply"
    raise jsonschema.ValidationError(f"The action server's reply is not in Rasa's form at: {place}")


def install() -> None:
    """Make Rasa use `check` for every reply of the action server."""
    RemoteAction._validate_action_result = check
