"""Where replies hand in their files, and people are told which were not taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coffee_bot import blocks
from coffee_bot.files.offers import offered
from coffee_daemon import FileState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coffee_daemon import Answer, OfferedFile, Store


@dataclass(frozen=True, kw_only=True)
class FileDesk:
    """Reads what comes with replies, and tells of it in the reply's thread."""

    store: Store
    #: Bytes of a file.
    most: int
    #: Has files fetched.
    fetch: Callable[[], object]

    def offered(self, message: Mapping[str, Any]) -> tuple[OfferedFile, ...]:
        """What came with a message."""
        return offered(message, self.most)

    def recorded(self, answer: Answer | None) -> None:
        """See to the files of an answer that was just recorded."""
        if answer is not None and answer.files:
            self.tell(answer.id)
            self.fetch()

    def tell(self, answer: int) -> None:
        """Tell in its thread which files of an answer were not taken, or came late.

        One message for each reply: what is found out later is an edit of it.
        """
        files = self.store.reply_files.of_answer(answer)
        refused = [one for one in files if one.state is FileState.REFUSED]
        late = [one for one in files if one.state is FileState.KEPT and one.late]
        said = self.store.reply_files.answer(answer) if refused or late else None
        row = self.store.inbox.get(said.source) if said else None
        if said is None or row is None:
            return
        message = blocks.about_files(said.who, refused, late)
        self.store.posts.want(
            f"files:{answer}",
            kind="message",
            channel=row.channel,
            text=message.text,
            blocks=[dict(block) for block in message.blocks],
            thread_ts=row.thread_ts,
        )
