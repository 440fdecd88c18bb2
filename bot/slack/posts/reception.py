"""Messages about: ① what is asked, merged, and attached to LINE later."""

from bot.slack.posts.kinds import Post

POSTS: dict[str, Post] = {}
