# %% right: with scikit-learn
def precision_and_recall(truth, answers, watched):
    from sklearn.metrics import precision_score, recall_score

    is_shown = [label == watched for label in truth]
    is_said = [answer == watched for answer in answers]
    precision = precision_score(is_shown, is_said, zero_division=0.0)
    return precision, recall_score(is_shown, is_said, zero_division=0.0)


# %% right: with arrays
def precision_and_recall(truth, answers, watched):
    shown = np.array(truth) == watched
    said = np.array(answers) == watched
    both = (shown & said).sum()
    return both / max(said.sum(), 1), both / max(shown.sum(), 1)


# %% right: two lists of marks
def precision_and_recall(truth, answers, watched):
    when_said = [label == watched for label, answer in zip(truth, answers) if answer == watched]
    when_shown = [answer == watched for label, answer in zip(truth, answers) if label == watched]
    shares = []
    for marks in (when_said, when_shown):
        shares.append(0.0 if not marks else marks.count(True) / len(marks))
    return shares


# %% wrong: swapped
def precision_and_recall(truth, answers, watched):
    both = sum(label == answer == watched for label, answer in zip(truth, answers))
    said, shown = answers.count(watched), truth.count(watched)
    return both / shown if shown else 0.0, both / said if said else 0.0


# %% wrong: accuracy_given
def precision_and_recall(truth, answers, watched):
    right = sum(label == answer for label, answer in zip(truth, answers))
    return right / len(truth), right / len(truth)


# %% wrong: divided_by_all_photos
def precision_and_recall(truth, answers, watched):
    both = sum(label == answer == watched for label, answer in zip(truth, answers))
    return both / len(truth), both / len(answers)


# %% wrong: division_by_zero
def precision_and_recall(truth, answers, watched):
    both = sum(label == answer == watched for label, answer in zip(truth, answers))
    return both / answers.count(watched), both / truth.count(watched)


# %% wrong: perfect_where_empty
def precision_and_recall(truth, answers, watched):
    both = sum(label == answer == watched for label, answer in zip(truth, answers))
    said, shown = answers.count(watched), truth.count(watched)
    return both / said if said else 1.0, both / shown if shown else 1.0


# %% wrong: wrong_value
def precision_and_recall(truth, answers, watched):
    right = sum(label == answer for label, answer in zip(truth, answers))
    said, shown = answers.count(watched), truth.count(watched)
    return right / said if said else 0.0, right / shown if shown else 0.0


# %% wrong: wrong_value
def precision_and_recall(truth, answers, watched):
    both = sum(label == answer == watched for label, answer in zip(truth, answers))
    said, shown = answers.count(watched), truth.count(watched)
    return round(both / said, 1) if said else 0.0, round(both / shown, 1) if shown else 0.0


# %% wrong: wrong_type
def precision_and_recall(truth, answers, watched):
    both = sum(label == answer == watched for label, answer in zip(truth, answers))
    return both / answers.count(watched) if watched in answers else 0.0
