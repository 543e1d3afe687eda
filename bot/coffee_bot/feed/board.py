"""What should stand in the channel, by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coffee_bot.blocks import permalink

if TYPE_CHECKING:
    from coffee_bot.intent import Message
    from coffee_daemon import Store


@dataclass
class Board:
    """Wants posts. The same words under the same key twice are no work at all."""

    store: Store
    channel: str
    #: The workspace's address, for links to messages.
    workspace_url: str = ""
    #: By key, the hash of what is wanted; the words themselves are in the store.
    _wanted: dict[str, int] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)

    def want(self, key: str, message: Message, *, parent: str | None = None) -> bool:
        """Want a message to be shown, as it is now; false when that was wanted already.

        Args:
            key: Names the message for ever; other words under it edit it.
            message: What to show.
            parent: The key of the post in whose thread it belongs.
        """
        print_of_it = hash(repr(message))
        if self._wanted.get(key) == print_of_it:
            return False
        self.store.posts.want(
            key,
            kind="message",
            channel=self.channel,
            text=message.text,
            blocks=[dict(block) for block in message.blocks] or None,
            parent=parent,
        )
        self._wanted[key] = print_of_it
        return True

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
