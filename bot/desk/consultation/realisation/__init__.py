"""④ 実現支援: who takes part, where they talk, who carries it out, and by when."""
