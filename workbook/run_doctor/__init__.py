"""The run doctor: names what is wrong with a training run, from the run's own evidence."""

from workbook.run_doctor.causes import CAUSES
from workbook.run_doctor.facts import Facts
from workbook.run_doctor.findings import Diagnosis, Finding
from workbook.run_doctor.symptoms import SYMPTOMS
from workbook.training import Evidence, History, watch

__all__ = ["Diagnosis", "Evidence", "Finding", "examine_run", "watch"]


def examine_run(
    history_or_evidence: History | Evidence, model=None, train=None, validation=None
) -> Diagnosis:
    """Read the evidence of a finished run and say what is wrong with it, if anything.

    Mistakes that can be seen directly (such as gradients that were not zeroed) come first. Only
    when there is none does the doctor reason from the loss and the accuracies, because a mistake
    makes these look ill as well.

    Args:
        history_or_evidence: what ``fit`` returned, or what ``watch`` recorded.
        model, train, validation: help where the evidence alone is thin: ``train`` gives the class
            names and more photos to check the labels by; ``model`` and ``validation`` stand in
            when no validation loss was taken in the loop.
    """
    is_history = isinstance(history_or_evidence, History)
    evidence = history_or_evidence.evidence if is_history else history_or_evidence
    if not isinstance(evidence, Evidence):
        raise ValueError(
            f"The run doctor cannot read a {type(history_or_evidence).__name__}. Give it what fit "
            "returned, or the evidence of: with watch(model, optimizer) as evidence."
        )
    facts = Facts(evidence, history_or_evidence if is_history else None, model, train, validation)
    findings = [finding for check in CAUSES if (finding := check(facts))]
    if not evidence.losses and not findings:
        raise ValueError(
            "The evidence holds no training step, so there is nothing to examine. "
            "Run the training loop inside the with block, with the model that watch was given."
        )
    if not findings:
        findings = [finding for check in SYMPTOMS if (finding := check(facts))]
    findings.sort(key=lambda finding: -finding.confidence)
    return Diagnosis(findings, healthy=_describe(facts) if not findings else "")


def _describe(facts: Facts) -> str:
    words = (
        f"The training loss went from {facts.first_loss:.2f} to {facts.last_loss:.2f} in "
        f"{facts.evidence.steps} steps, the training accuracy to {facts.train_accuracy:.0%}"
    )
    if facts.validation_accuracy is not None:
        words += f", the validation accuracy to {facts.validation_accuracy:.0%}"
    return f"{words}."
