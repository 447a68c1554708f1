"""How much is prescribed, in the words of letters: drafted, and rewritten where the clinician answers."""

from necessity.rulebook.letter_words import LetterWords


def amount_of(say: LetterWords, often: int | None, minutes: int | None, weeks: int | None) -> str:
    """Say how often, how long each time and for how long, as far as it is known.

    Args:
        say: The words.
        often: Sessions a week.
        minutes: Minutes each time.
        weeks: For how many weeks.
    """
    parts = []
    if often:
        parts.append(say.say["a_week"].format(times=say.times.get(str(often), f"{often} times")))
    parts += [say.say["each"].format(minutes=minutes)] if minutes else []
    parts += [say.say["weeks"].format(weeks=weeks)] if weeks else []
    return ", ".join(parts)


def amount_sentence(say: LetterWords, treatment: str, often: int | None, minutes: int | None, weeks: int | None) -> str:
    """Say what is prescribed and how much of it; empty where no amount is known.

    Args:
        say: The words.
        treatment: What is prescribed, as it is called.
        often: Sessions a week.
        minutes: Minutes each time.
        weeks: For how many weeks.
    """
    amount = amount_of(say, often, minutes, weeks)
    if not amount:
        return ""
    name = treatment[:1].upper() + treatment[1:]
    total = often * weeks if often and weeks else 0
    return say.say["amount_total" if total else "amount"].format(treatment=name, amount=amount, total=total)
