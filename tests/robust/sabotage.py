"""Spoils what a kill test has found, in one point after another, and wants each time that the right check notices."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from parley.kit.ids import uuid7
from tests.robust import checks
from tests.robust.checks import Ledger, check_log, check_mail, check_screens, check_shoppers
from tests.robust.houses import House
from tests.robust.load import Crowd, Shopper
from tests.robust.mailing import Attempt, Post

Check = Callable[[], Awaitable[Any]]


class Saboteur:
    """Knows everything that the checks look at."""

    def __init__(self, crowd: Crowd, post: Post, ledger: Ledger, house: House, token: str) -> None:
        self._crowd, self._post, self._ledger, self._house, self._token = crowd, post, ledger, house, token
        self._shopper = next(s for s in crowd.shoppers if len(s.tabs) > 1 and self._answers(s))
        self.noticed: list[str] = []

    async def spoil_everything(self) -> None:
        """Spoils one thing after another; what is spoilt in the database is mended again."""
        with patch.object(checks, "PATIENCE", 0.2):
            await self._spoil_chat(lambda: check_shoppers(self._crowd, self._ledger))
            await self._spoil_mail(lambda: check_mail(self._post, self._ledger, self._house, self._token))
            await self._spoil_screens(lambda: check_screens(self._crowd, self._house, self._token))
            await self._spoil_log(lambda: check_log(self._ledger))

    @staticmethod
    def _answers(shopper: Shopper) -> list[str]:
        found = shopper.tabs[0].messages.values()
        return [message["id"] for message in found if message["author"]["kind"] == "agent"]

    @contextmanager
    def _kept(self, *things: Any) -> Iterator[None]:
        before = [deepcopy(thing) for thing in things]
        try:
            yield
        finally:
            for thing, old in zip(things, before, strict=True):
                thing.clear()
                thing.update(old) if isinstance(thing, dict) else thing.extend(old)

    async def _notice(self, words: str, check: Check) -> None:
        with pytest.raises(AssertionError, match=words):
            await check()
        self.noticed.append(words)

    async def _spoil_chat(self, check: Check) -> None:
        shopper = self._shopper
        first, second = shopper.tabs[:2]
        answer, agent = self._find_answer(shopper)
        kept = (first.messages, second.messages, first.acked, shopper.said, agent.replies)
        with self._kept(*kept):
            shopper.said.append((str(uuid4()), "never acknowledged"))
            await self._notice("not acknowledged", check)
        with self._kept(*kept):
            shopper.said.append((str(uuid4()), "lost"))
            first.acked[shopper.said[-1][0]] = str(uuid7())
            await self._notice("own: of .* are missing", check)
        with self._kept(*kept):
            first.acked[shopper.said[1][0]] = first.acked[shopper.said[0][0]]
            await self._notice("the same message twice", check)
        with self._kept(*kept):
            del second.messages[answer]
            await self._notice("tab 1, answers: of .* are missing", check)
        with self._kept(*kept):
            second.messages[str(uuid7())] = first.messages[answer]
            await self._notice("tab 1: ", check)
        with self._kept(*kept):
            client_id, _ = shopper.said.pop()
            stored = first.acked.pop(client_id)
            del first.messages[stored], second.messages[stored]
            await self._notice("stored of chat", check)
        with self._kept(*kept):
            agent.replies.pop(next(key for key, reply in agent.replies.items() if reply[1] == answer))
            del first.messages[answer], second.messages[answer]
            await self._notice("stored answers", check)
        with self._kept(first.repeats):
            first.repeats.append(answer)
            await self._notice("was told again", check)
        with self._kept(first.backwards):
            first.backwards.append(("1.2.3", "1.2.2"))
            await self._notice("was led back", check)

    def _find_answer(self, shopper: Shopper) -> tuple[str, Any]:
        shown = set(self._answers(shopper))
        for agent in self._crowd.agents:
            for _, message_id, _ in agent.replies.values():
                if message_id in shown:
                    return message_id, agent
        raise AssertionError("nobody has been answered")

    async def _spoil_mail(self, check: Check) -> None:
        post = self._post
        log, accepted, replies = post.sink.log, post.writers[-1].accepted, post.agent.replies
        with self._kept(accepted):
            accepted.append("lost@customer.example")
            await self._notice("lost Counter.*lost@customer", check)
        with self._kept(accepted):
            accepted.pop()
            await self._notice("too many Counter.*@", check)
        with self._kept(replies):
            replies[str(uuid7())] = "Mail answer 999999"
            await self._notice("an answer is missing", check)
        # The last one went out when nothing went wrong any more.
        place = max(n for n, attempt in enumerate(log) if attempt.act == "accept")
        with self._kept(log):
            log.append(Attempt("other@shop.example", "refuse for now", log[place].text))
            await self._notice("another Message-ID", check)
        with self._kept(log):
            log.append(log[place])
            await self._notice("was sent again", check)
        with self._kept(log):
            log[place] = log[place]._replace(act="accept and break")
            await self._notice("shown as sent after", check)
        with self._kept(log):
            del log[place]
            await self._notice("shown as sent after", check)
        (row,) = await self._ledger.rows(
            "SELECT id FROM deliveries WHERE workspace_id = $1 AND state = 'sent' LIMIT 1"
        )
        change = f"UPDATE deliveries SET state = '{{}}' WHERE id = '{row['id']}'"
        await self._ledger.run(change.format("failed"))
        await self._notice("listed as failed work", check)
        await self._ledger.run(change.format("sent"))

    async def _spoil_screens(self, check: Check) -> None:
        desk = self._crowd.desks[-1]
        with self._kept(desk.rows):
            desk.rows[next(iter(desk.rows))]["status"] = "as it was"
            await self._notice("status: shown 'as it was'", check)
        with self._kept(desk.messages):
            desk.messages.pop(next(iter(desk.messages)))
            await self._notice("only on one side", check)
        with patch.object(desk, "resumes", 0):
            await self._notice("0 times resumed", check)

    async def _spoil_log(self, check: Check) -> None:
        run = self._ledger.run
        await run("UPDATE conversations SET message_count = message_count + 1 WHERE number = 1")
        await self._notice("do not tell the row", check)
        await run("UPDATE conversations SET message_count = message_count - 1 WHERE number = 1")
        spoilt = "UPDATE messages SET author_kind = '{}' WHERE author_kind = '{}'"
        await run(spoilt.format("assistant", "system"))
        await self._notice("are not those that were decided", check)
        await run(spoilt.format("system", "assistant"))
        await run(
            "DELETE FROM search_documents WHERE message_id = (SELECT max(message_id::text)::uuid FROM search_documents)"
        )
        await self._notice("the search index misses", check)
