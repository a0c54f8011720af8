"""Undo the line wrapping of format=flowed text (RFC 3676)."""


def unwrap_flowed(text: str, delete_space: bool) -> str:
    """Join the soft-wrapped lines of each paragraph, quoted ones at their depth; "-- " stays a line of its
    own.

    `delete_space` is the DelSp parameter: the space that marks a soft line end is not part of the text.
    """
    out: list[str] = []
    paragraph: list[str] = []
    paragraph_depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if paragraph and (depth != paragraph_depth or content == "-- "):
            out.append(_quote(paragraph_depth, paragraph))
            paragraph = []
        paragraph_depth = depth
        soft = content.endswith(" ") and content != "-- "
        paragraph.append(content[:-1] if soft and delete_space else content)
        if not soft:
            out.append(_quote(depth, paragraph))
            paragraph = []
    if paragraph:
        out.append(_quote(paragraph_depth, paragraph))
    return "\n".join(out)


def _quote(depth: int, pieces: list[str]) -> str:
    return f"{'>' * depth}{' ' if depth else ''}{''.join(pieces)}"
