"""③ 方向性: what the team makes of an idea, and the citizen's word on it."""
