"""The card as a page: all that it holds, and nothing that a stranger's card could do."""

from workbook.evaluation import evaluate
from workbook.saving import Classifier
from workbook.saving.page import card_page


def test_the_page_says_what_the_card_holds(classifier, splits):
    judged = evaluate(classifier.model, splits.validation)
    card = Classifier.from_training(
        classifier.model, splits, name="fruit", version="1.2", evaluation=judged,
        evaluated_on="test", limits=["Only by day."], licence="Taken by us; everybody agreed.",
    ).card  # fmt: skip
    card["settings"] = {"epochs": 3, "learning_rate": 0.01, "early_stopping": None, "notes": "shh"}
    page = card_page(card)
    low, high = judged.interval()
    for words in (
        "fruit 1.2", ", ".join(card["class_names"]), f"{len(splits.train)} for training",
        f"split {splits.fingerprint}", f"{judged.accuracy:.2f}", f"{low:.2f} to {high:.2f}",
        "opening number", "epochs 3, learning rate 0.01", "Only by day.", "everybody agreed",
        card["created"][:10], f"{card['preprocess']['size']} pixels",
    ):  # fmt: skip
        assert words in page.replace("\\", ""), words
    assert "shh" not in page
    assert "early stopping" not in page


def test_what_is_missing_is_left_out(classifier):
    card = classifier.card | {"metrics": {"test": "good"}, "data": {"counts": 7}, "settings": {}}
    page = card_page(card)
    assert "Training:" not in page
    assert "test photos" not in page


def test_a_page_of_somebody_else_can_only_be_read(classifier):
    hostile = "<script>alert(1)</script> [here](javascript:alert(1)) **big**"
    page = card_page(classifier.card | {"licence": hostile, "name": hostile, "limits": [hostile]})
    assert "<script" not in page
    assert "[here]" not in page
    assert "**big**" not in page
