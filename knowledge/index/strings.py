"""Many short texts in two arrays, read one at a time: a list of a million would fill the memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Strings:
    """Texts one after the other as UTF-8, and where each begins."""

    blob: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]  # one more than texts

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Strings":
        """Keep texts."""
        raw = [text.encode() for text in texts]
        starts = np.concatenate([[0], np.cumsum([len(one) for one in raw], dtype=np.int64)])
        return cls(np.frombuffer(b"".join(raw), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: int) -> str:
        return self.blob[self.starts.item(at) : self.starts.item(at + 1)].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[at] for at in range(len(self)))
