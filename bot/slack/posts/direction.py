"""Messages about: ③ assessments and the hypothesis."""

from bot.slack.posts.kinds import Post

POSTS: dict[str, Post] = {}
