"""What of an appeal travels inside it as data: what its pages say, not what each sentence rests on in the record."""

from necessity.formats.appeal.contents import AppealContents, AppealPart, Sentence


def carried(contents: AppealContents) -> AppealContents:
    """Reduce an appeal to what its reader sees; the files of exhibits travel beside it.

    Args:
        contents: The appeal.

    Returns:
        The same without places in the record, and without files.
    """
    bare = tuple(one.model_copy(update={"content": None}) for one in contents.exhibits)
    return contents.model_copy(update={"parts": tuple(map(_part, contents.parts)), "exhibits": bare})


def _part(part: AppealPart) -> AppealPart:
    return AppealPart(
        heading=part.heading,
        paragraphs=tuple(tuple(map(_sentence, paragraph)) for paragraph in part.paragraphs),
        listed=tuple(map(_sentence, part.listed)),
    )


def _sentence(sentence: Sentence) -> Sentence:
    return Sentence(text=sentence.text, rests_on=())
