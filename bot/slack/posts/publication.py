"""Messages about: from a closed case to an entry of the library."""

from bot.slack.posts.kinds import Post

POSTS: dict[str, Post] = {}
