"""The derived search index of one process: built from the database, never the only copy of anything.

It lives in memory. At the sizes a centre has (thousands of entries; 100,000 take about 50 MB) that
leaves no directory to lock, to repair after a crash or to version, and no erased words on a disk.
`Shelf` takes a directory for the day an index is too large to build at every start.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

from knowledge import names, synonyms
from knowledge.entries import ORGANISATION, Entry
from knowledge.text import Word, bigrams, katakana, words

HEAP = 32_000_000  # bytes the writer may hold before it flushes
RAW, CUT = "raw", "cut"
OWN_THREADS = 1
ALIKE = 50

WORD_FIELDS = ("title", "words", "alike", "title_pairs", "pairs")
FILTERS = ("ward", "theme", "published")


class Shelf:
    """A tantivy index whose fields hold words that were cut before (joined by spaces)."""

    def __init__(self, fields: Sequence[str], filters: Sequence[str] = (), path: Path | None = None) -> None:
        builder = tantivy.SchemaBuilder().add_text_field("key", stored=True, tokenizer_name=RAW)
        for name in filters:
            builder.add_text_field(name, tokenizer_name=RAW, index_option="basic")
        for name in fields:
            builder.add_text_field(name, tokenizer_name=CUT, index_option="freq")
        self.schema = builder.build()
        self._index = tantivy.Index(self.schema, path=str(path) if path else None)
        cutter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(CUT, cutter)
        self._writer = self._index.writer(HEAP, OWN_THREADS)
        self._searcher = self._index.searcher()

    def drop(self, key: str) -> None:
        """Take away every row of a key; seen by searches after commit()."""
        self._writer.delete_documents_by_term("key", key)

    def put(self, key: str, row: Mapping[str, Sequence[str]], **filters: Sequence[str]) -> None:
        """Add a row; seen by searches after commit()."""
        document = tantivy.Document()
        document.add_text("key", key)
        for name, tokens in row.items():
            document.add_text(name, " ".join(tokens))
        for name, values in filters.items():
            for value in values:
                document.add_text(name, value)
        self._writer.add_document(document)

    def commit(self) -> None:
        """Make everything put and dropped visible."""
        self._writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def term(self, field: str, value: str, weight: float = 1.0) -> tantivy.Query:
        """Return the query for one word of one field."""
        query = tantivy.Query.term_query(self.schema, field, value, index_option="basic")
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def search(self, query: tantivy.Query, limit: int) -> list[tuple[float, str]]:
        """Return (score, key), best first."""
        hits = self._searcher.search(query, limit, count=False).hits
        return [(float(score), str(self._searcher.doc(at).get_first("key"))) for score, at in hits]

    def information(self, field: str, value: str) -> float:
        """Return how much a word tells (BM25's inverse document frequency)."""
        seen = self._searcher.doc_freq(field, value)
        return math.log(1 + (self._searcher.num_docs - seen + 0.5) / (seen + 0.5))

    def holds(self, field: str, value: str) -> bool:
        """Tell whether any row has the word."""
        return bool(self._searcher.doc_freq(field, value))


class Catalogue:
    """The entries of one kind: their words, their vocabulary by reading, and (organisations) their names."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.shelf = Shelf(WORD_FIELDS, FILTERS)
        self.name_shelf = Shelf(("name",)) if kind == ORGANISATION else None
        self.forms: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}  # id → folded names, wards
        self.vocabulary: set[str] = set()  # normal forms
        self.spelling: dict[str, list[str]] = defaultdict(list)  # pair of characters → normal forms
        self.readings: dict[str, set[str]] = defaultdict(set)  # reading → normal forms

    def apply(self, changed: Iterable[Entry], gone: Iterable[str]) -> None:
        """Bring the index to the entries as they are now."""
        for key in gone:
            self._drop(key)
        for entry in changed:
            self._drop(entry.id)
            self._put(entry)
        self.shelf.commit()
        if self.name_shelf is not None:
            self.name_shelf.commit()

    def _drop(self, key: str) -> None:
        self.shelf.drop(key)
        if self.name_shelf is not None and self.forms.pop(key, None) is not None:
            self.name_shelf.drop(key)

    def _put(self, entry: Entry) -> None:
        rest = "\n".join(entry.fields.values())
        title, said = words(entry.title), [word for text in entry.fields.values() for word in words(text)]
        self._learn(said)
        row = {
            "title": [word.form for word in title],
            "words": [word.form for word in said],
            "alike": [group for word in [*said, *synonyms.expressions(rest)] for group in word.groups],
            "title_pairs": bigrams(entry.title),
            "pairs": bigrams(rest),
        }
        self.shelf.put(
            entry.id, row, ward=entry.wards, theme=[entry.theme], published=["yes"] if entry.published else []
        )
        if self.name_shelf is not None:
            self._put_names(entry)

    def _put_names(self, entry: Entry) -> None:
        forms = tuple(dict.fromkeys(form for name in entry.names if (form := names.folded(name))))
        self.forms[entry.id] = forms, entry.wards
        for form in forms:
            self.name_shelf.put(entry.id, {"name": names.pairs(form)})  # type: ignore[union-attr]

    def spelt_like(self, word: str) -> list[str]:
        """Return the known words that share the most pairs of characters with this one."""
        shared = Counter(form for pair in names.pairs(word) for form in self.spelling.get(pair, ()))
        return [form for form, _ in shared.most_common(ALIKE)]

    def _learn(self, said: Iterable[Word]) -> None:
        for word in said:
            if word.form not in self.vocabulary:
                self.vocabulary.add(word.form)
                for pair in set(names.pairs(word.form)):
                    self.spelling[pair].append(word.form)
            if not word.inflects and len(word.reading) > 1:
                self.readings[katakana(word.reading)].add(word.form)
