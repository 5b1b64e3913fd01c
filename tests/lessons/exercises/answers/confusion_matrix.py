# %% right: with scikit-learn
def confusion_matrix(truth, answers, classes):
    from sklearn import metrics

    return metrics.confusion_matrix(truth, answers, labels=list(range(classes)))


# %% right: counts pairs
def confusion_matrix(truth, answers, classes):
    pairs = list(zip(truth, answers))
    return [[pairs.count((i, j)) for j in range(classes)] for i in range(classes)]


# %% right: a tensor that is filled
def confusion_matrix(truth, answers, classes):
    places = torch.tensor(truth) * classes + torch.tensor(answers)
    return torch.bincount(places, minlength=classes * classes).view(classes, classes)


# %% wrong: rows_and_columns_swapped
def confusion_matrix(truth, answers, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for label, answer in zip(truth, answers):
        matrix[answer][label] += 1
    return matrix


# %% wrong: one_row_repeated
def confusion_matrix(truth, answers, classes):
    matrix = [[0] * classes] * classes
    for label, answer in zip(truth, answers):
        matrix[label][answer] += 1
    return matrix


# %% wrong: shares_instead_of_counts
def confusion_matrix(truth, answers, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for label, answer in zip(truth, answers):
        matrix[label][answer] += 1 / truth.count(label)
    return matrix


# %% wrong: right_answers_left_out
def confusion_matrix(truth, answers, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for label, answer in zip(truth, answers):
        if label != answer:
            matrix[label][answer] += 1
    return matrix


# %% wrong: absent_classes_left_out
def confusion_matrix(truth, answers, classes):
    used = sorted(set(truth) | set(answers))
    matrix = [[0] * len(used) for _ in used]
    for label, answer in zip(truth, answers):
        matrix[used.index(label)][used.index(answer)] += 1
    return matrix


# %% wrong: wrong_value
def confusion_matrix(truth, answers, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for label, answer in zip(truth, answers):
        matrix[label][answer] = 1
    return matrix


# %% wrong: wrong_type
def confusion_matrix(truth, answers, classes):
    return pd.crosstab(pd.Series(truth), pd.Series(answers))


# %% wrong: wrong_type
def confusion_matrix(truth, answers, classes):
    matrix = [[0] * classes for _ in range(classes)]
    for label, answer in zip(truth, answers):
        matrix[label][answer] += 1
    print(matrix)


# %% wrong: error
def confusion_matrix(truth, answers, classes):
    matrix = []
    for label, answer in zip(truth, answers):
        matrix[label][answer] += 1
    return matrix
