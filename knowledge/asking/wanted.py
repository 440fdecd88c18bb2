"""One word of a question, and every way it may be found."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.index.catalogue import Catalogue
from knowledge.index.keys import word_keys

SAME, SYNONYM, READING, SPELLING = "同じ語", "言い換え", "読み", "表記ゆれ"
SYNONYM_WEIGHT = 0.5


@dataclass(slots=True)
class Term:
    """One way to find a word: in which field, as what, at what weight, what to call it, and how much it tells."""

    field: str
    value: str
    weight: float
    kind: str
    information: float = 0.0  # 0: no entry of this catalogue has it


@dataclass(slots=True)
class Wanted:
    """One word of the question and every way it may be found."""

    word: str
    terms: list[Term] = field(default_factory=list)
    information: float = 0.0  # how much it tells: as much as the best known way to find it, else as an unknown word
    is_joined: bool = False  # only seen when a space is ignored
    stands: bool = False  # replaces words of the question that were only pieces of it

    @property
    def is_own(self) -> bool:
        """Tell whether it is a word of the question itself, not a reading or an expression laid over some."""
        return self.stands or any(term.kind == SAME for term in self.terms)

    @property
    def is_known(self) -> bool:
        """Tell whether any entry can be found by it."""
        return any(term.information for term in self.terms)


def tell(terms: Sequence[Term], catalogue: Catalogue, *, published: bool) -> None:
    """Note how much each term tells in this catalogue, a field at a time."""
    for name in {term.field for term in terms}:
        chosen = [term for term in terms if term.field == name]
        keys = word_keys([term.value for term in chosen])
        told = catalogue.informations(name, keys)
        if published:  # a word that only other catalogues have counts as unknown
            told[~catalogue.shows(name, keys)] = 0
        for term, information in zip(chosen, told.tolist(), strict=True):
            term.information = information
