"""Japanese words for Rasa, whose own tokenizers need spaces."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from sudachipy import Dictionary, SplitMode

LONGEST = 2000  # characters looked at: the start of a long answer decides, and a turn stays quick

_tokenizer = Dictionary().create(mode=SplitMode.A)  # one per process: the dictionary is 208 MB


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SudachiTokenizer(Tokenizer):
    """Short units (mode A); a token's lemma is its normalised form (附属 → 付属)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings every Rasa tokenizer has; none of them is used here."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of a message; at least one token, for Rasa can't featurise none."""
        text = message.get(attribute)
        words = [
            Token(word.surface(), word.begin(), lemma=word.normalized_form())
            for word in _tokenizer.tokenize(text[:LONGEST])
            if word.surface().strip()
        ]
        return words or [Token(text or " ", 0)]
