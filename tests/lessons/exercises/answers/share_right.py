# %% right: sum of comparisons
def share_right(answers, labels):
    return sum(answer == label for answer, label in zip(answers, labels)) / len(labels)


# %% right: torch
def share_right(answers, labels):
    return (torch.tensor(answers) == torch.tensor(labels)).float().mean()


# %% right: one minus the share of mistakes
def share_right(answers, labels):
    mistakes = [i for i in range(len(labels)) if answers[i] != labels[i]]
    return 1 - len(mistakes) / len(labels)


# %% wrong: return_in_the_loop
def share_right(answers, labels):
    right = 0
    count = len(labels)
    for answer, label in zip(answers, labels):
        if answer == label:
            right += 1
        return right / count


# %% wrong: first_photo_alone
def share_right(answers, labels):
    if answers[0] == labels[0]:
        return 1
    else:
        return 0


# %% wrong: count_returned
def share_right(answers, labels):
    right = 0
    for answer, label in zip(answers, labels):
        if answer == label:
            right = right + 1
    return right


# %% wrong: share_wrong
def share_right(answers, labels):
    right = 0
    for answer, label in zip(answers, labels):
        if answer != label:
            right = right + 1
    return right / len(labels)


# %% wrong: per_cent
def share_right(answers, labels):
    right = 0
    for answer, label in zip(answers, labels):
        if answer == label:
            right = right + 1
    return right / len(labels) * 100


# %% wrong: whole_number_division
def share_right(answers, labels):
    right = 0
    for answer, label in zip(answers, labels):
        if answer == label:
            right = right + 1
    return right // len(labels)


# %% wrong: wrong_value
# counts from one
def share_right(answers, labels):
    right = 1
    for answer, label in zip(answers, labels):
        if answer == label:
            right = right + 1
    return right / len(labels)


# %% wrong: wrong_type
# the return got lost
def share_right(answers, labels):
    right = 0
    for answer, label in zip(answers, labels):
        if answer == label:
            right = right + 1
    right / len(labels)


# %% wrong: error
# divides by the list
def share_right(answers, labels):
    right = 0
    for answer, label in zip(answers, labels):
        if answer == label:
            right = right + 1
    return right / labels
