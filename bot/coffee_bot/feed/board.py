"""What should stand in the channel, by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coffee_bot.blocks import permalink
from coffee_bot.channel import MOVED

if TYPE_CHECKING:
    from coffee_bot.channel import Channel
    from coffee_bot.intent import Message
    from coffee_daemon import Store


#: More than this is forgotten and read anew, so that a long life needs no more memory.
_MOST_KNOWN = 10_000


@dataclass
class Board:
    """Wants posts. The same words under the same key twice are no work at all.

    The feed may move: what is still open then stands in the new channel under a second key.
    """

    store: Store
    channel: Channel
    #: The workspace's address, for links to messages.
    workspace_url: str = ""
    #: By key, the hash of what is wanted; the words themselves are in the store.
    _wanted: dict[str, int] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)
    #: Where the feed was at the last look.
    _here: str = ""
    #: By a post's first key: its key here, and its keys in channels that were left. Both hold
    #: until the feed moves, and are asked for at every look at an open question.
    _keys: dict[str, str] = field(default_factory=dict)
    _left: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def look(self) -> bool:
        """Look where the feed is; true when that is elsewhere than before.

        What never reached the channels that were left is taken along.
        """
        here = self.channel.id
        caches: tuple[dict[str, Any], ...] = (self._wanted, self._urls, self._keys, self._left)
        if here != self._here or max(map(len, caches)) > _MOST_KNOWN:
            for known in caches:
                known.clear()
        if here == self._here:
            return False
        self._here = here
        if earlier := self.channel.earlier:
            self.store.posts.rehome(here, earlier, MOVED)
        return True

    def key(self, base: str) -> str:
        """The key of a post as it stands in the feed's present channel."""
        if base not in self._keys:
            self._keys[base] = self.channel.key(base)
        return self._keys[base]

    def elsewhere(self, base: str) -> tuple[str, ...]:
        """The keys under which a post stands in channels that the feed has left."""
        if base not in self._left:
            here, keys = self.key(base), self.channel.keys(base)
            self._left[base] = tuple(key for key in keys if key != here and self.has(key))
        return self._left[base]

    def latest(self, base: str) -> str:
        """The key under which a post was last shown or wanted, wherever that is."""
        here = self.key(base)
        known = [here] if self.has(here) else self.elsewhere(base)
        return known[-1] if known else here

    def want(
        self, key: str, message: Message, *, parent: str | None = None, channel: str = ""
    ) -> bool:
        """Want a message to be shown, as it is now; false when that was wanted already.

        Args:
            key: Names the message for ever; other words under it edit it.
            message: What to show.
            parent: The key of the post in whose thread it belongs.
            channel: Where, if it is neither the feed's channel nor the parent's.
        """
        print_of_it = hash(repr(message))
        if self._wanted.get(key) == print_of_it:
            return False
        self.store.posts.want(
            key,
            kind="message",
            channel=channel or self._channel_of(parent),
            text=message.text,
            blocks=[dict(block) for block in message.blocks] or None,
            parent=parent,
        )
        self._wanted[key] = print_of_it
        return True

    def _channel_of(self, parent: str | None) -> str:
        above = self.store.posts.get(parent) if parent else None
        return above.channel if above else self.channel.id

    def has(self, key: str) -> bool:
        """Whether that message is wanted or shown."""
        return key in self._wanted or self.store.posts.get(key) is not None

    def url(self, key: str) -> str:
        """The address of a message; empty while it is not shown yet."""
        if key not in self._urls:
            post = self.store.posts.get(key)
            if post is None or post.ts is None:
                return ""
            self._urls[key] = permalink(self.workspace_url, post.channel, post.ts)
        return self._urls[key]
