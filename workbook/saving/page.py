"""The card of a classifier as a page to read."""

import html


def card_page(card: dict) -> str:
    """Return what a card says as Markdown, one paragraph a subject.

    card: as every ``Classifier`` has one. What it does not hold is left out. Signs with a meaning
    in Markdown or HTML are escaped, so that somebody else's card can do no more than be read.
    """
    subjects = {
        "Answers, in this order:": ", ".join(card["class_names"]),
        "Photos:": _photos(card),
        "Accuracy:": _accuracy(card),
        "Network:": card["architecture"]["name"],
        "Training:": _settings(card["settings"]),
        "Limits:": " ".join(str(limit) for limit in card["limits"]),
        "Licence and consent:": card["licence"],
    }
    title = markdown_text(f"{card['name']} {card['version']}")
    paragraphs = [f"**{title}**, made on {markdown_text(card['created'][:10])}"]
    paragraphs += [
        f"**{subject}** {markdown_text(text)}" for subject, text in subjects.items() if text
    ]
    return "\n\n".join(paragraphs)


def markdown_text(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    text = html.escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+!|~" else sign for sign in text)


def _photos(card: dict) -> str:
    data = card["data"]
    counts = data.get("counts")
    words = [
        f"{sum(classes.values())} for {'training' if part == 'train' else part}"
        for part, classes in (counts.items() if isinstance(counts, dict) else ())
        if isinstance(classes, dict) and all(isinstance(count, int) for count in classes.values())
    ]
    words.append(f"prepared at {card['preprocess']['size']} pixels")
    if data.get("fingerprint"):
        words.append(f"split {data['fingerprint']}")
    return ", ".join(words)


def _accuracy(card: dict) -> str:
    sentences = []
    for part, measures in card["metrics"].items():
        keys = ("accuracy", "accuracy_low", "accuracy_high")
        numbers = [measures.get(key) for key in keys] if isinstance(measures, dict) else [None]
        if all(isinstance(number, int | float) for number in numbers):
            accuracy, low, high = numbers
            count = measures.get("count", "some")
            sentences.append(f"{accuracy:.2f} ({low:.2f} to {high:.2f}) on {count} {part} photos")
    if "test" in card["metrics"]:
        opening = len(card["test_openings"])
        sentences.append(f"for this the test set was opened, opening number {opening}")
    return "; ".join(sentences)


def _settings(settings: dict) -> str:
    chosen = {name: value for name, value in settings.items() if value not in (None, "")}
    chosen.pop("notes", None)
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())
