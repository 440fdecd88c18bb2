"""終了: the case ends, and becomes an entry of the library if its citizen agrees."""
