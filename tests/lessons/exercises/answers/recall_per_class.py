# %% right: without the matrix
def recall_per_class(truth, answers, classes):
    recalls = []
    for index in range(classes):
        found = [answer == index for label, answer in zip(truth, answers) if label == index]
        recalls.append(sum(found) / len(found) if found else None)
    return recalls


# %% right: the matrix as an array
def recall_per_class(truth, answers, classes):
    matrix = np.array(confusion_matrix(truth, answers, classes))
    totals = matrix.sum(axis=1)
    right = matrix.diagonal()
    return [None if total == 0 else one / total for one, total in zip(right, totals)]


# %% right: with scikit-learn
def recall_per_class(truth, answers, classes):
    from sklearn.metrics import recall_score

    numbers = list(range(classes))
    shares = recall_score(truth, answers, labels=numbers, average=None, zero_division=0)
    return [share if index in truth else None for index, share in enumerate(shares.tolist())]


# %% wrong: precision_given
def recall_per_class(truth, answers, classes):
    matrix = confusion_matrix(truth, answers, classes)
    shares = []
    for index in range(classes):
        said = sum(row[index] for row in matrix)
        shares.append(matrix[index][index] / said if said else None)
    return shares


# %% wrong: zero_where_no_photo
def recall_per_class(truth, answers, classes):
    matrix = confusion_matrix(truth, answers, classes)
    return [row[i] / sum(row) if sum(row) else 0.0 for i, row in enumerate(matrix)]


# %% wrong: counts_given
def recall_per_class(truth, answers, classes):
    matrix = confusion_matrix(truth, answers, classes)
    return [row[i] if sum(row) else None for i, row in enumerate(matrix)]


# %% wrong: share_missed
def recall_per_class(truth, answers, classes):
    matrix = confusion_matrix(truth, answers, classes)
    missed = [sum(row) - row[i] for i, row in enumerate(matrix)]
    return [one / sum(row) if sum(row) else None for one, row in zip(missed, matrix)]


# %% wrong: division_by_zero
def recall_per_class(truth, answers, classes):
    matrix = confusion_matrix(truth, answers, classes)
    return [row[i] / sum(row) for i, row in enumerate(matrix)]


# %% wrong: wrong_shape
def recall_per_class(truth, answers, classes):
    matrix = confusion_matrix(truth, answers, classes)
    return [row[i] / sum(row) for i, row in enumerate(matrix) if sum(row) > 0]


# %% wrong: wrong_type
def recall_per_class(truth, answers, classes):
    right = sum(label == answer for label, answer in zip(truth, answers))
    return right / len(truth)


# %% wrong: wrong_value
def recall_per_class(truth, answers, classes):
    matrix = confusion_matrix(truth, answers, classes)
    return [row[i] / len(truth) if sum(row) else None for i, row in enumerate(matrix)]
