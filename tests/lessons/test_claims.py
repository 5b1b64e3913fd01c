import pytest

from workbook.lessons.claims import ClaimFailed, claim


def test_a_true_claim_shows_its_evidence():
    text = str(claim("two is more than one", 2 > 1, evidence="2 against 1"))
    assert "✔ Holds" in text
    assert "2 against 1" in text


def test_a_false_claim_explains_itself_and_goes_on():
    checked = claim("one is more than two", 1 > 2, evidence="1 against 2", otherwise="Bad luck.")
    assert not checked.holds
    assert "✘ Does not hold here" in str(checked)
    assert "Bad luck." in checked._repr_html_()


def test_a_false_claim_stops_a_strict_run(monkeypatch):
    monkeypatch.setenv("WORKBOOK_CLAIMS", "strict")
    with pytest.raises(ClaimFailed, match="1 against 2"):
        claim("one is more than two", 1 > 2, evidence="1 against 2")


def test_words_in_a_claim_are_shown_and_never_run_as_html():
    page = claim("<script>", True, evidence="<b>")._repr_html_()
    assert "<script>" not in page
    assert "&lt;b&gt;" in page
