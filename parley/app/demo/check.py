"""The lint of the demo store's content: everything refers to something, and every text is what it claims to be."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import available_timezones

from parley.app.demo.content import FOLDER, Content, Conversation
from parley.app.demo.orders import PastOrder, build_past_order
from parley.assistant.understanding.lexicon import Lexicon
from parley.assistant.understanding.model import Understander

ORDER_NUMBER = re.compile(r"AP-\d{4}")
EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
RESERVED = re.compile(r"(^|\.)(example\.(com|org|net)|example|test)$", re.IGNORECASE)
COUNTRY = re.compile(r"^[A-Z]{2}$")
MENTION = re.compile(r"@(\w+)")
MONTHS_BACK = 61 * 24 * 60
LEFT_OUR_HANDS = frozenset({"shipped", "ready_for_pickup"})

SCRIPTS: dict[str, frozenset[str]] = {
    "ko": frozenset({"HANGUL"}),
    "zh-CN": frozenset({"CJK"}),
    "ja": frozenset({"HIRAGANA", "KATAKANA", "CJK"}),
    "ar": frozenset({"ARABIC"}),
}
COMMON_WORDS: dict[str, str] = {
    "en": "the and is it to you for my i of in a that have with are can do was on not",
    "pt-BR": "o a de que e do da em um para com não uma os no se na por mais as foi você é",
    "es": "el la de que y en un los se del las por con no una su para es lo al le qué hola",
    "de": "der die und das ist ich nicht ein zu es mit sie auf für den im bei auch habe noch",
    "fr": "le la de et les des est un une vous je pas en du que pour il ne au mon j l c a",
    "it": "il di che e la un per è non sono con le si da una ho ma i del l al più",
    "sl": "je in se na da za so ne ali pa v sem bi ki lahko po prosim hvala že še ga ju",
}


def find_script(letter: str) -> str:
    """The script of a letter by its Unicode name ("HANGUL"), "" for anything that is not a letter."""
    return unicodedata.name(letter, "").split(" ")[0] if letter.isalpha() else ""


def is_plausible(text: str, language: str) -> bool:
    """Whether a text may be in a language: by script, and for Latin scripts by its most common small words."""
    scripts = Counter(script for letter in text if (script := find_script(letter)))
    if language in SCRIPTS:
        share = sum(scripts[script] for script in SCRIPTS[language]) / max(1, scripts.total())
        kana = scripts["HIRAGANA"] + scripts["KATAKANA"] > 0
        return share > 0.6 and (language != "ja" or kana) and (language != "zh-CN" or not kana)
    words = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    hits = {known: sum(words[word] for word in common.split()) for known, common in COMMON_WORDS.items()}
    return scripts["LATIN"] > 0 and hits.get(language, 0) == max(hits.values())


def list_duplicates(values: Iterable[str]) -> list[str]:
    """The values that occur more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def check_people(content: Content) -> Iterator[str]:
    """Keys and addresses are unique, time zones and countries exist."""
    people = content.people
    keys = [customer.key for customer in people.customers] + [agent.key for agent in people.agents]
    keys += [team.key for team in people.teams]
    emails = [customer.email.casefold() for customer in people.customers]
    emails += [agent.email.casefold() for agent in people.agents]
    for value in list_duplicates([*keys, *(tag.key for tag in people.tags)]) + list_duplicates(emails):
        yield f"people: {value} is there twice"
    for email in emails:
        if not RESERVED.search(email.rpartition("@")[2]):
            yield f"people: {email} is not on a reserved domain"
    for customer in people.customers:
        if customer.time_zone not in available_timezones() or not COUNTRY.match(customer.country):
            yield f"people: {customer.key} lives nowhere"
    teams = {team.key for team in people.teams}
    for agent in people.agents:
        if not set(agent.teams) <= teams:
            yield f"people: {agent.key} is in an unknown team"


def check_order(past: PastOrder, content: Content) -> Iterator[str]:
    """An order refers to things that exist, and its story is told in order."""
    customers = {customer.key: customer for customer in content.people.customers}
    unknown = [line.sku for line in past.lines if line.sku not in content.catalogue.variants]
    if past.customer not in customers or unknown or past.shipping not in content.catalogue.shipping:
        yield f"{past.number}: unknown customer, variant {unknown} or shipping"
        return
    if past.code is not None and past.code not in content.catalogue.codes:
        yield f"{past.number}: unknown code {past.code}"
        return
    moments = [past.placed, *(event.hours_ago for event in past.events), 0]
    if moments != sorted(moments, reverse=True):
        yield f"{past.number}: events out of order"
    if ("shipped" in {event.kind for event in past.events}) != (past.tracking is not None):
        yield f"{past.number}: tracking number without shipment or the other way round"
    order = build_past_order(past, customers[past.customer], content.catalogue, datetime.now(UTC))
    if order.refunded > order.total or (order.refunded > 0) != (
        "refunded" in {event.kind for event in past.events}
    ):
        yield f"{past.number}: refund does not add up"


def check_orders(content: Content) -> Iterator[str]:
    """Order numbers rise with time, and each order holds together."""
    numbers = [past.number for past in content.orders]
    dates = [past.placed for past in content.orders]
    if numbers != sorted(set(numbers)) or dates != sorted(dates, reverse=True):
        yield "orders: numbers do not rise with time"
    for past in content.orders:
        yield from check_order(past, content)


def check_references(conversation: Conversation, content: Content) -> Iterator[str]:
    """Everything a conversation names exists, and fits together."""
    people, key = content.people, conversation.key
    agents = {agent.key: agent for agent in people.agents}
    known = {
        "customer": {customer.key for customer in people.customers},
        "team": {team.key for team in people.teams},
        "assignee": set(agents),
    }
    for field, values in known.items():
        value = getattr(conversation, field)
        if value is not None and value not in values:
            yield f"{key}: unknown {field} {value}"
    missing = set(conversation.tags) - {tag.key for tag in people.tags}
    missing |= set(conversation.products) - set(content.catalogue.products)
    missing |= {message.by for message in conversation.messages} - {"customer", *agents}
    missing |= {
        attachment.file
        for message in conversation.messages
        for attachment in message.attachments
        if not (FOLDER / "files" / attachment.file).is_file()
    }
    if missing:
        yield f"{key}: unknown {sorted(missing)}"
    assignee = agents.get(conversation.assignee or "")
    if assignee and conversation.team not in assignee.teams:
        yield f"{key}: {assignee.key} is not in team {conversation.team}"


def check_order_references(conversation: Conversation, content: Content) -> Iterator[str]:
    """Orders named in a conversation belong to its customer and had been placed by then."""
    orders = {past.number: past for past in content.orders}
    for number in conversation.orders:
        if number not in orders or orders[number].customer != conversation.customer:
            yield f"{conversation.key}: {number} is not an order of {conversation.customer}"
    for message in conversation.messages:
        for number in ORDER_NUMBER.findall(message.text):
            if number not in conversation.orders:
                yield f"{conversation.key}: {number} is mentioned but not listed"
            elif message.at < -orders[number].placed * 60:
                yield f"{conversation.key}: {number} is mentioned before it was placed"


def check_form(conversation: Conversation) -> Iterator[str]:
    """Status, sender, subject, snooze and rating are there exactly when they should be."""
    expected = {
        "an e-mail has a subject, a chat has none": (conversation.subject is not None)
        == (conversation.channel == "email"),
        "a stranger by e-mail has a sender": (conversation.sender is not None)
        == (conversation.channel == "email" and conversation.customer is None),
        "only what is snoozed comes back": (conversation.snoozed_for is not None)
        == (conversation.status == "snoozed"),
        "only a closed conversation is rated": conversation.rating is None or conversation.status == "closed",
        "an open conversation has a team": conversation.status == "spam"
        or conversation.team is not None
        or conversation.customer is None,
        "spam is tagged": (conversation.status == "spam") == ("spam" in conversation.tags),
    }
    yield from (f"{conversation.key}: {rule}" for rule, holds in expected.items() if not holds)


def check_messages(conversation: Conversation, names: dict[str, str]) -> Iterator[str]:
    """Messages are in order, begin with the customer, are answered unless marked, and mention who they list."""
    messages, key = conversation.messages, conversation.key
    moments = [message.at for message in messages]
    if conversation.rating:
        moments.append(conversation.rating.at)
    if moments != sorted(moments) or moments[0] < -MONTHS_BACK:
        yield f"{key}: messages out of order or too old"
    if messages[0].by != "customer":
        yield f"{key}: does not begin with the customer"
    answered = any(message.is_reply for message in messages)
    if answered == conversation.unanswered or (len(messages) < 2 and not conversation.unanswered):
        yield f"{key}: answered and marked as unanswered, or the other way round"
    for message in messages:
        written = {names[name] for name in MENTION.findall(message.text) if name in names}
        if written != set(message.mentions) or (message.mentions and not message.note):
            yield f"{key}: mentions {sorted(written)} but lists {sorted(message.mentions)}"
        if message.note and message.by == "customer":
            yield f"{key}: a customer wrote a note"
        if message.text != message.text.strip() or "\r" in message.text or "\t" in message.text:
            yield f"{key}: stray white space"


def check_language(conversation: Conversation) -> Iterator[str]:
    """What the customer wrote is plausibly in the conversation's language."""
    said = " ".join(message.text for message in conversation.messages if message.by == "customer")
    if not is_plausible(ORDER_NUMBER.sub("", said), conversation.language):
        yield f"{conversation.key}: does not look like {conversation.language}"


def check_texts(content: Content) -> Iterator[str]:
    """No text is used twice, every address is on a reserved domain, every key is unique."""
    conversations = content.conversations
    texts = [message.text for conversation in conversations for message in conversation.messages]
    subjects = [conversation.subject for conversation in conversations if conversation.subject]
    yield from (f"twice: {text[:60]}" for text in list_duplicates([*texts, *subjects]))
    yield from (
        f"twice: {key}" for key in list_duplicates(conversation.key for conversation in conversations)
    )
    senders = [conversation.sender.email for conversation in conversations if conversation.sender]
    for domain in EMAIL.findall(" ".join([*texts, *senders])):
        if not RESERVED.search(domain):
            yield f"e-mail domain {domain} looks real"


def check_automation(content: Content) -> Iterator[str]:
    """Rules, SLAs and routing name what there is; who is on shifts works there; the queued one waits for nobody in vain."""
    told, people = content.automation, content.people
    agents = {agent.key: agent for agent in people.agents}
    teams, tags = {team.key for team in people.teams}, {tag.key for tag in people.tags}
    named = {*told.capacities, *(span.agent for span in told.shifts)}
    named |= {agent for skill in told.skills for agent in skill.agents}
    unknown = named - agents.keys()
    unknown |= {rule.team for rule in told.rules if rule.team} - teams
    unknown |= {key for team in told.teams for key in (team.team, team.overflow) if key} - teams
    unknown |= {tag for skill in told.skills for tag in skill.tags} - tags
    if unknown:
        yield f"automation: unknown {sorted(unknown)}"
    for span in (told.hours, *told.shifts):
        if span.time_zone not in available_timezones() or not set(span.days) <= set(range(7)):
            yield f"automation: {span.name or span.agent} is open nowhere"
    switched = {rule.template: rule.enabled for rule in told.rules}
    if len(switched) < len(told.rules) or switched.get(told.rehearsal.rule) is not False:
        yield "automation: the rehearsal is not about a rule that is switched off"
    yield from check_queued(content)


def check_queued(content: Content) -> Iterator[str]:
    """The conversation that waits in the queue is open, nobody's, and wants a skill that its readers speak the language of."""
    told = content.automation
    queued = next((one for one in content.conversations if one.key == told.queued), None)
    if queued is None or queued.status != "open" or queued.assignee is not None:
        yield f"automation: {told.queued} cannot wait for an agent"
        return
    wanted = {skill.name: skill.agents for skill in told.skills if set(skill.tags) & set(queued.tags)}
    able = [
        agent
        for agent in content.people.agents
        if queued.language in agent.languages and all(agent.key in names for names in wanted.values())
    ]
    if not wanted or not able or any(agent.role == "owner" for agent in able):
        yield f"automation: {told.queued} would not stay in the queue, or for ever"


def check_moods(content: Content, understander: Understander) -> Iterator[str]:
    """The model finds furious customers of the last day, two at least, and moods in several languages."""
    newest = 0
    moods: dict[str, set[str]] = {}
    for conversation in content.conversations:
        for message in conversation.messages:
            if message.by == "customer":
                text = "\n".join(part for part in (conversation.subject, message.text) if part)
                mood = understander.understand(text, conversation.language).sentiment
                moods.setdefault(mood, set()).add(conversation.language)
                newest += mood == "furious" and message.at > -24 * 60
    if newest < 2:
        yield "automation: no two furious messages of the last day, so there are no alerts"
    yield from (
        f"automation: only {sorted(moods.get(mood, ()))} are {mood}"
        for mood, least in (("furious", 2), ("promoter", 2), ("positive", 5), ("negative", 5))
        if len(moods.get(mood, ())) < least
    )


def list_problems(content: Content) -> list[str]:
    """Everything wrong with the content, one sentence each; empty when it may be shipped."""
    names = {agent.name.split(" ")[0]: agent.key for agent in content.people.agents}
    problems = [*check_people(content), *check_orders(content), *check_texts(content)]
    problems += [*check_automation(content), *check_moods(content, Lexicon())]
    for conversation in content.conversations:
        problems += check_references(conversation, content)
        problems += check_order_references(conversation, content)
        problems += check_form(conversation)
        problems += check_messages(conversation, names)
        problems += check_language(conversation)
    return problems
