"""Messages to a thread, the channel or one person that are more than a note: drawn when sent, from the database."""

from bot.slack.posts import (
    briefing,
    dialogue,
    direction,
    follow_up,
    guests,
    hearing,
    home,
    nudges,
    publication,
    realisation,
    reception,
    staffing,
)
from bot.slack.posts.kinds import Post

POSTS: dict[str, Post] = {
    say: post
    for topic in (
        reception,
        staffing,
        briefing,
        hearing,
        direction,
        guests,
        realisation,
        dialogue,
        follow_up,
        publication,
        home,
        nudges,
    )
    for say, post in topic.POSTS.items()
}
