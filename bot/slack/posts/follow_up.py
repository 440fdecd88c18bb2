"""Messages about: ⑤ check-ins."""

from bot.slack.posts.kinds import Post

POSTS: dict[str, Post] = {}
