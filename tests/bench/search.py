"""Measures the search: how well it finds, and how fast. Prints Markdown; nothing is asserted.

    python tests/bench/search.py quality [--ablation]
    taskset -c 0 python tests/bench/search.py speed [--sizes 1000,10000,100000]

The development sets and the peers lie beside the project; without them only the project's own set is measured.
"""

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]


def main() -> None:
    """Run what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=("quality", "speed", "bands"))
    asked.add_argument("--ablation", action="store_true", help="what each part brings, instead of the peers")
    asked.add_argument("--sizes", default="1000,10000,100000", help="entries, for speed")
    told = asked.parse_args()
    if told.what == "quality":
        from search_quality import tables

        for table in tables(told.ablation):
            print(table, flush=True)
    if told.what == "bands":
        from search_bands import tables as bands

        for line in bands():
            print(line, flush=True)
    if told.what == "speed":
        from search_speed import tables as rows

        for row in rows([int(size) for size in told.sizes.split(",")]):
            print(row, flush=True)


if __name__ == "__main__":
    main()
