"""① 受付: a proposal is written, sent, and becomes a case."""
